DROP POLICY "tenant" ON "executions"."outbox" CASCADE;--> statement-breakpoint
DROP POLICY "system" ON "executions"."outbox" CASCADE;--> statement-breakpoint
DROP TABLE "executions"."outbox" CASCADE;