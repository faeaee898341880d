CREATE TABLE "revisions" (
	"type" text COLLATE "C" NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"version" bigint NOT NULL,
	"at" text COLLATE "C" NOT NULL,
	"by" text COLLATE "C",
	"operation" text COLLATE "C" NOT NULL,
	"note" text COLLATE "C",
	"state" json NOT NULL,
	CONSTRAINT "revisions_type_id_version_pk" PRIMARY KEY("type","id","version"),
	CONSTRAINT "revisions_type_word" CHECK ("revisions"."type" in ('source', 'article', 'claim')),
	CONSTRAINT "revisions_operation_word" CHECK ("revisions"."operation" in ('create', 'update', 'delete')),
	CONSTRAINT "revisions_version" CHECK ("revisions"."version" >= 1),
	CONSTRAINT "revisions_at" CHECK ("revisions"."at" like '____-__-__T__:__:__.___Z')
);
--> statement-breakpoint
CREATE TABLE "source_aliases" (
	"ref" text COLLATE "C" PRIMARY KEY NOT NULL,
	"source" bigint NOT NULL,
	CONSTRAINT "source_aliases_ref_filled" CHECK (length("source_aliases"."ref") > 0)
);
--> statement-breakpoint
CREATE TABLE "tombstones" (
	"type" text COLLATE "C" NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"slug" text COLLATE "C",
	"version" bigint NOT NULL,
	"at" text COLLATE "C" NOT NULL,
	"shown" boolean NOT NULL,
	CONSTRAINT "tombstones_type_id_pk" PRIMARY KEY("type","id"),
	CONSTRAINT "tombstones_type_word" CHECK ("tombstones"."type" in ('source', 'article', 'claim')),
	CONSTRAINT "tombstones_slug_filled" CHECK (length("tombstones"."slug") > 0),
	CONSTRAINT "tombstones_version" CHECK ("tombstones"."version" >= 1),
	CONSTRAINT "tombstones_at" CHECK ("tombstones"."at" like '____-__-__T__:__:__.___Z')
);
--> statement-breakpoint
ALTER TABLE "changes" DROP CONSTRAINT "changes_operation_word";--> statement-breakpoint
ALTER TABLE "source_aliases" ADD CONSTRAINT "source_aliases_source_sources_key_fk" FOREIGN KEY ("source") REFERENCES "public"."sources"("key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "source_aliases_source" ON "source_aliases" USING btree ("source");--> statement-breakpoint
CREATE INDEX "tombstones_slug" ON "tombstones" USING btree ("type","slug");--> statement-breakpoint
CREATE INDEX "attributions_anchor" ON "attributions" USING btree ("anchor_state","claim");--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_operation_word" CHECK ("changes"."operation" in ('create', 'update', 'delete'));