DROP INDEX "executions"."executions_list";--> statement-breakpoint
DROP INDEX "executions"."executions_busy";--> statement-breakpoint
DROP INDEX "executions"."executions_by_source";--> statement-breakpoint
CREATE INDEX "executions_seen" ON "executions"."executions" USING btree ("organization_id",(case when visibility = 'organization' then organization_id else owner_id end),"track","id");--> statement-breakpoint
CREATE INDEX "executions_by_kind" ON "executions"."executions" USING btree ("organization_id",(case when visibility = 'organization' then organization_id else owner_id end),"kind","id");--> statement-breakpoint
CREATE INDEX "executions_shared_by" ON "executions"."executions" USING btree ("organization_id","owner_id","track","id") WHERE visibility = 'organization';--> statement-breakpoint
CREATE INDEX "executions_by_status" ON "executions"."executions" USING btree ("organization_id",(case when visibility = 'organization' then organization_id else owner_id end),"track","status","id") WHERE status in ('queued', 'running', 'waiting', 'failed', 'canceled', 'timed_out');--> statement-breakpoint
CREATE INDEX "executions_by_source" ON "executions"."executions" USING btree ("organization_id",(case when visibility = 'organization' then organization_id else owner_id end),"source_id","id") WHERE source_id is not null;