CREATE SCHEMA "executions";
--> statement-breakpoint
CREATE TABLE "executions"."attempts" (
	"execution_id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"visibility" text NOT NULL,
	"step_key" text NOT NULL,
	"number" integer NOT NULL,
	"status" text NOT NULL,
	"model" text,
	"output_ref" text NOT NULL,
	"finish_reason" text,
	"error_code" text,
	"error_message" text,
	"usage_state" text NOT NULL,
	"input_tokens" bigint,
	"output_tokens" bigint,
	"cached_tokens" bigint,
	"cost_nano_usd" bigint,
	"time_to_first_token_ms" integer,
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "attempts_execution_id_step_key_number_pk" PRIMARY KEY("execution_id","step_key","number"),
	CONSTRAINT "attempts_status" CHECK (status in ('running', 'succeeded', 'failed', 'timed_out', 'canceled', 'lost')),
	CONSTRAINT "attempts_usage" CHECK ((usage_state = 'known') = (input_tokens is not null))
) PARTITION BY RANGE ("execution_id");
--> statement-breakpoint
ALTER TABLE "executions"."attempts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "executions"."commands" (
	"execution_id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"visibility" text NOT NULL,
	"seq" integer NOT NULL,
	"idempotency_key" text,
	"request_hash" text NOT NULL,
	"step_key" text,
	"body" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "commands_execution_id_seq_pk" PRIMARY KEY("execution_id","seq")
);
--> statement-breakpoint
ALTER TABLE "executions"."commands" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "executions"."events" (
	"execution_id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"visibility" text NOT NULL,
	"revision" bigint NOT NULL,
	"type" text NOT NULL,
	"step_key" text,
	"data" jsonb NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "events_execution_id_revision_pk" PRIMARY KEY("execution_id","revision")
) PARTITION BY RANGE ("execution_id");
--> statement-breakpoint
ALTER TABLE "executions"."events" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "executions"."executions" (
	"id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"visibility" text DEFAULT 'private' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"status" text NOT NULL,
	"revision" bigint NOT NULL,
	"track" boolean NOT NULL,
	"trigger" text NOT NULL,
	"source_type" text,
	"source_id" text,
	"source_name" text,
	"source_version" integer,
	"derived_from_id" uuid,
	"derived_from_step" text,
	"derived_from_reason" text,
	"plan_version" integer NOT NULL,
	"step_kinds" text[] NOT NULL,
	"conversation" boolean NOT NULL,
	"deadline_ms" integer NOT NULL,
	"run_as" jsonb NOT NULL,
	"request_hash" text NOT NULL,
	"waiting_for" text,
	"waiting_step" text,
	"waiting_since" timestamp (3) with time zone,
	"waiting_until" timestamp (3) with time zone,
	"error_code" text,
	"error_message" text,
	"progress_done" integer NOT NULL,
	"progress_total" integer NOT NULL,
	"input_tokens" bigint,
	"output_tokens" bigint,
	"cached_tokens" bigint,
	"cost_nano_usd" bigint,
	"unknown_attempts" integer DEFAULT 0 NOT NULL,
	"unpriced_attempts" integer DEFAULT 0 NOT NULL,
	"time_to_first_token_ms" integer,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"deadline_at" timestamp (3) with time zone,
	"replica_id" uuid,
	"fence" bigint DEFAULT 0 NOT NULL,
	"command_seq" integer DEFAULT 0 NOT NULL,
	"consumed_seq" integer DEFAULT 0 NOT NULL,
	"wake_at" timestamp (3) with time zone,
	"open_attempts" integer DEFAULT 0 NOT NULL,
	"step_ended" boolean DEFAULT false NOT NULL,
	"deaths" integer DEFAULT 0 NOT NULL,
	"last_commit" uuid,
	CONSTRAINT "executions_id_pk" PRIMARY KEY("id"),
	CONSTRAINT "executions_status" CHECK (status in ('queued', 'running', 'waiting', 'succeeded', 'failed', 'canceled', 'timed_out')),
	CONSTRAINT "executions_visibility" CHECK (visibility in ('private', 'organization'))
);
--> statement-breakpoint
ALTER TABLE "executions"."executions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "executions"."idempotency" (
	"organization_id" uuid NOT NULL,
	"principal" uuid NOT NULL,
	"operation" text NOT NULL,
	"key" text NOT NULL,
	"execution_id" uuid NOT NULL,
	"request_hash" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_organization_id_principal_operation_key_pk" PRIMARY KEY("organization_id","principal","operation","key")
);
--> statement-breakpoint
ALTER TABLE "executions"."idempotency" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "executions"."payloads" (
	"execution_id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"visibility" text NOT NULL,
	"ref" text NOT NULL,
	"body" jsonb NOT NULL,
	CONSTRAINT "payloads_execution_id_ref_pk" PRIMARY KEY("execution_id","ref")
) PARTITION BY RANGE ("execution_id");
--> statement-breakpoint
ALTER TABLE "executions"."payloads" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "executions"."steps" (
	"execution_id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"visibility" text NOT NULL,
	"key" text NOT NULL,
	"ordinal" integer NOT NULL,
	"name" text,
	"kind" text NOT NULL,
	"after" text[] NOT NULL,
	"retry" jsonb NOT NULL,
	"timeout_ms" integer,
	"conversation" boolean NOT NULL,
	"replaces" text,
	"model" text,
	"status" text NOT NULL,
	"attempt" integer NOT NULL,
	"failures" integer NOT NULL,
	"open_started_at" timestamp (3) with time zone,
	"unknown" integer[] NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"input_ref" text NOT NULL,
	"output_ref" text,
	"error_code" text,
	"error_message" text,
	"input_tokens" bigint,
	"output_tokens" bigint,
	"cached_tokens" bigint,
	"cost_nano_usd" bigint,
	"unknown_attempts" integer DEFAULT 0 NOT NULL,
	"unpriced_attempts" integer DEFAULT 0 NOT NULL,
	"time_to_first_token_ms" integer,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "steps_execution_id_key_pk" PRIMARY KEY("execution_id","key"),
	CONSTRAINT "steps_status" CHECK (status in ('pending', 'queued', 'running', 'streaming', 'waiting', 'succeeded', 'failed', 'canceled', 'timed_out', 'skipped'))
) PARTITION BY RANGE ("execution_id");
--> statement-breakpoint
ALTER TABLE "executions"."steps" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "executions"."outbox" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"event" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"published_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "executions"."outbox" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "executions"."replicas" (
	"id" uuid PRIMARY KEY NOT NULL,
	"lock_key" bigint NOT NULL,
	"solo" boolean DEFAULT false NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "executions"."replicas" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE UNIQUE INDEX "commands_idempotency" ON "executions"."commands" USING btree ("execution_id","idempotency_key") WHERE idempotency_key is not null;--> statement-breakpoint
CREATE INDEX "executions_list" ON "executions"."executions" USING btree ("organization_id","id");--> statement-breakpoint
CREATE INDEX "executions_by_source" ON "executions"."executions" USING btree ("organization_id","source_id","id");--> statement-breakpoint
CREATE INDEX "executions_claimable" ON "executions"."executions" USING btree ("organization_id","wake_at") WHERE replica_id is null and wake_at is not null;--> statement-breakpoint
CREATE INDEX "executions_owned" ON "executions"."executions" USING btree ("replica_id","organization_id") WHERE replica_id is not null;--> statement-breakpoint
CREATE INDEX "idempotency_age" ON "executions"."idempotency" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "outbox_unpublished" ON "executions"."outbox" USING btree ("id") WHERE published_at is null;--> statement-breakpoint
CREATE INDEX "outbox_published" ON "executions"."outbox" USING btree ("published_at") WHERE published_at is not null;--> statement-breakpoint
CREATE POLICY "tenant" ON "executions"."attempts" AS PERMISSIVE FOR ALL TO "qw_executions" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid))) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)));--> statement-breakpoint
CREATE POLICY "system" ON "executions"."attempts" AS PERMISSIVE FOR ALL TO "qw_executions_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant" ON "executions"."commands" AS PERMISSIVE FOR ALL TO "qw_executions" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid))) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)));--> statement-breakpoint
CREATE POLICY "system" ON "executions"."commands" AS PERMISSIVE FOR ALL TO "qw_executions_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant" ON "executions"."events" AS PERMISSIVE FOR ALL TO "qw_executions" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid))) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)));--> statement-breakpoint
CREATE POLICY "system" ON "executions"."events" AS PERMISSIVE FOR ALL TO "qw_executions_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant" ON "executions"."executions" AS PERMISSIVE FOR ALL TO "qw_executions" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid))) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)));--> statement-breakpoint
CREATE POLICY "system" ON "executions"."executions" AS PERMISSIVE FOR ALL TO "qw_executions_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant" ON "executions"."idempotency" AS PERMISSIVE FOR ALL TO "qw_executions" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid)) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "system" ON "executions"."idempotency" AS PERMISSIVE FOR ALL TO "qw_executions_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant" ON "executions"."payloads" AS PERMISSIVE FOR ALL TO "qw_executions" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid))) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)));--> statement-breakpoint
CREATE POLICY "system" ON "executions"."payloads" AS PERMISSIVE FOR ALL TO "qw_executions_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant" ON "executions"."steps" AS PERMISSIVE FOR ALL TO "qw_executions" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid))) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)));--> statement-breakpoint
CREATE POLICY "system" ON "executions"."steps" AS PERMISSIVE FOR ALL TO "qw_executions_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant" ON "executions"."outbox" AS PERMISSIVE FOR ALL TO "qw_executions" USING (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid)) WITH CHECK (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "system" ON "executions"."outbox" AS PERMISSIVE FOR ALL TO "qw_executions_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "system" ON "executions"."replicas" AS PERMISSIVE FOR ALL TO "qw_executions_system" USING (true) WITH CHECK (true);