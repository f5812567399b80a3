ALTER TABLE "identity"."users" ADD COLUMN "status_mode" text;--> statement-breakpoint
ALTER TABLE "identity"."users" ADD CONSTRAINT "users_status_mode" CHECK (status_mode in ('auto', 'push', 'poll'));