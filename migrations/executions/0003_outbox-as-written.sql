DROP INDEX "executions"."outbox_published";--> statement-breakpoint
ALTER TABLE "executions"."outbox" ALTER COLUMN "event" SET DATA TYPE json;