CREATE TABLE "oauth_grants" (
	"user_id" uuid NOT NULL,
	"provider_id" text NOT NULL,
	"provider_user_id" text NOT NULL,
	"sealed" text NOT NULL,
	"revision" text NOT NULL,
	"fence" bigint NOT NULL,
	"state" text NOT NULL,
	"problem" text,
	"scope" text,
	"expires_at" bigint,
	"lease_until" bigint,
	"retry_at" bigint,
	CONSTRAINT "oauth_grants_user_id_provider_id_pk" PRIMARY KEY("user_id","provider_id")
);
--> statement-breakpoint
ALTER TABLE "oauth_grants" ADD CONSTRAINT "oauth_grants_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;