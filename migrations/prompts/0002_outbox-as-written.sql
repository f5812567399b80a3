DROP INDEX "prompts"."outbox_published";--> statement-breakpoint
ALTER TABLE "prompts"."outbox" ALTER COLUMN "event" SET DATA TYPE json;