CREATE TABLE "article_search" (
	"article" bigint PRIMARY KEY NOT NULL,
	"headline" text COLLATE "C" NOT NULL,
	"standfirst" text COLLATE "C" NOT NULL,
	"body" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "claim_search" (
	"claim" bigint PRIMARY KEY NOT NULL,
	"text" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "source_search" (
	"source" bigint PRIMARY KEY NOT NULL,
	"name" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
ALTER TABLE "article_search" ADD CONSTRAINT "article_search_article_articles_key_fk" FOREIGN KEY ("article") REFERENCES "public"."articles"("key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "claim_search" ADD CONSTRAINT "claim_search_claim_claims_key_fk" FOREIGN KEY ("claim") REFERENCES "public"."claims"("key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "source_search" ADD CONSTRAINT "source_search_source_sources_key_fk" FOREIGN KEY ("source") REFERENCES "public"."sources"("key") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
-- The index of the rows above. The words of a headline stand in it once more, behind a colon, so that what stands there is
-- found without reading the row.
ALTER TABLE "article_search" ADD COLUMN "terms" tsvector GENERATED ALWAYS AS (
	array_to_tsvector(string_to_array(btrim("headline"), ' ') || string_to_array(btrim("standfirst"), ' ') || string_to_array(btrim("body"), ' ') || string_to_array(ltrim(replace(rtrim("headline"), ' ', ' :')), ' '))
) STORED;
--> statement-breakpoint
CREATE INDEX "article_search_terms" ON "article_search" USING gin ("terms");
--> statement-breakpoint
ALTER TABLE "claim_search" ADD COLUMN "terms" tsvector GENERATED ALWAYS AS (
	array_to_tsvector(string_to_array(btrim("text"), ' '))
) STORED;
--> statement-breakpoint
CREATE INDEX "claim_search_terms" ON "claim_search" USING gin ("terms");
--> statement-breakpoint
ALTER TABLE "source_search" ADD COLUMN "terms" tsvector GENERATED ALWAYS AS (
	array_to_tsvector(string_to_array(btrim("name"), ' '))
) STORED;
--> statement-breakpoint
CREATE INDEX "source_search_terms" ON "source_search" USING gin ("terms");
