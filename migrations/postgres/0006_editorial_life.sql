CREATE TABLE "secrets" (
	"name" text COLLATE "C" PRIMARY KEY NOT NULL,
	"value" text COLLATE "C" NOT NULL,
	"at" text COLLATE "C" NOT NULL,
	CONSTRAINT "secrets_name_filled" CHECK (length("secrets"."name") > 0),
	CONSTRAINT "secrets_value_filled" CHECK (length("secrets"."value") > 0),
	CONSTRAINT "secrets_at" CHECK ("secrets"."at" like '____-__-__T__:__:__.___Z')
);
--> statement-breakpoint
ALTER TABLE "articles" ADD COLUMN "retraction" json;--> statement-breakpoint
CREATE INDEX "articles_status" ON "articles" USING btree ("status","id");--> statement-breakpoint
ALTER TABLE "articles" ADD CONSTRAINT "articles_retraction" CHECK ("articles"."retraction" is null or "articles"."status" = 'retracted');