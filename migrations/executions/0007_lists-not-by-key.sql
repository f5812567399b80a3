DROP INDEX "executions"."executions_seen";--> statement-breakpoint
DROP INDEX "executions"."executions_by_kind";--> statement-breakpoint
DROP INDEX "executions"."executions_by_source";--> statement-breakpoint
DROP INDEX "executions"."executions_shared_by";--> statement-breakpoint
DROP INDEX "executions"."executions_by_status";--> statement-breakpoint
CREATE INDEX "executions_seen" ON "executions"."executions" USING btree ("organization_id",(case when visibility = 'organization' then organization_id else owner_id end),"track","id" NULLS FIRST);--> statement-breakpoint
CREATE INDEX "executions_by_kind" ON "executions"."executions" USING btree ("organization_id",(case when visibility = 'organization' then organization_id else owner_id end),"kind","id" NULLS FIRST);--> statement-breakpoint
CREATE INDEX "executions_by_source" ON "executions"."executions" USING btree ("organization_id",(case when visibility = 'organization' then organization_id else owner_id end),"source_id","id" NULLS FIRST) WHERE source_id is not null;--> statement-breakpoint
CREATE INDEX "executions_shared_by" ON "executions"."executions" USING btree ("organization_id","owner_id","track","id" NULLS FIRST) WHERE visibility = 'organization';--> statement-breakpoint
CREATE INDEX "executions_by_status" ON "executions"."executions" USING btree ("organization_id",(case when visibility = 'organization' then organization_id else owner_id end),"track","status","id" NULLS FIRST) WHERE status in ('queued', 'running', 'waiting', 'failed', 'canceled', 'timed_out');