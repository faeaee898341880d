CREATE TABLE `revisions` (
	`type` text NOT NULL,
	`id` text NOT NULL,
	`version` integer NOT NULL,
	`at` text NOT NULL,
	`by` text,
	`operation` text NOT NULL,
	`note` text,
	`state` text NOT NULL,
	PRIMARY KEY(`type`, `id`, `version`),
	CONSTRAINT "revisions_type_word" CHECK("revisions"."type" in ('source', 'article', 'claim')),
	CONSTRAINT "revisions_operation_word" CHECK("revisions"."operation" in ('create', 'update', 'delete')),
	CONSTRAINT "revisions_version" CHECK("revisions"."version" >= 1),
	CONSTRAINT "revisions_at" CHECK("revisions"."at" like '____-__-__T__:__:__.___Z')
);
--> statement-breakpoint
CREATE TABLE `source_aliases` (
	`ref` text PRIMARY KEY NOT NULL,
	`source` integer NOT NULL,
	FOREIGN KEY (`source`) REFERENCES `sources`(`key`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "source_aliases_ref_filled" CHECK(length("source_aliases"."ref") > 0)
);
--> statement-breakpoint
CREATE INDEX `source_aliases_source` ON `source_aliases` (`source`);--> statement-breakpoint
CREATE TABLE `tombstones` (
	`type` text NOT NULL,
	`id` text NOT NULL,
	`slug` text,
	`version` integer NOT NULL,
	`at` text NOT NULL,
	`shown` integer NOT NULL,
	PRIMARY KEY(`type`, `id`),
	CONSTRAINT "tombstones_type_word" CHECK("tombstones"."type" in ('source', 'article', 'claim')),
	CONSTRAINT "tombstones_slug_filled" CHECK(length("tombstones"."slug") > 0),
	CONSTRAINT "tombstones_version" CHECK("tombstones"."version" >= 1),
	CONSTRAINT "tombstones_at" CHECK("tombstones"."at" like '____-__-__T__:__:__.___Z')
);
--> statement-breakpoint
CREATE INDEX `tombstones_slug` ON `tombstones` (`type`,`slug`);--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_changes` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` text NOT NULL,
	`type` text NOT NULL,
	`id` text NOT NULL,
	`operation` text NOT NULL,
	`version` integer NOT NULL,
	`by` text,
	CONSTRAINT "changes_type_word" CHECK("__new_changes"."type" in ('source', 'article', 'claim')),
	CONSTRAINT "changes_operation_word" CHECK("__new_changes"."operation" in ('create', 'update', 'delete')),
	CONSTRAINT "changes_version_positive" CHECK("__new_changes"."version" >= 1),
	CONSTRAINT "changes_at" CHECK("__new_changes"."at" like '____-__-__T__:__:__.___Z')
);
--> statement-breakpoint
INSERT INTO `__new_changes`("seq", "at", "type", "id", "operation", "version", "by") SELECT "seq", "at", "type", "id", "operation", "version", "by" FROM `changes`;--> statement-breakpoint
DROP TABLE `changes`;--> statement-breakpoint
ALTER TABLE `__new_changes` RENAME TO `changes`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `changes_version` ON `changes` (`type`,`id`,`version`);--> statement-breakpoint
CREATE INDEX `attributions_anchor` ON `attributions` (`anchor_state`,`claim`);