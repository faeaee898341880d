CREATE TABLE `article_authors` (
	`article` integer NOT NULL,
	`position` integer NOT NULL,
	`name` text NOT NULL,
	`source` integer,
	PRIMARY KEY(`article`, `position`),
	FOREIGN KEY (`article`) REFERENCES `articles`(`key`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`source`) REFERENCES `sources`(`key`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "article_authors_name_filled" CHECK(length("article_authors"."name") > 0)
);
--> statement-breakpoint
CREATE INDEX `article_authors_source` ON `article_authors` (`source`);--> statement-breakpoint
CREATE TABLE `article_tags` (
	`article` integer NOT NULL,
	`tag` text NOT NULL,
	PRIMARY KEY(`article`, `tag`),
	FOREIGN KEY (`article`) REFERENCES `articles`(`key`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `article_tags_tag` ON `article_tags` (`tag`,`article`);--> statement-breakpoint
CREATE TABLE `articles` (
	`key` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`external_id` text,
	`slug` text NOT NULL,
	`headline` text NOT NULL,
	`standfirst` text,
	`markdown` text NOT NULL,
	`html` text NOT NULL,
	`text` text NOT NULL,
	`language` text NOT NULL,
	`section` text,
	`tags` text NOT NULL,
	`publisher` integer,
	`canonical_url` text,
	`image` text,
	`disclaimer` text,
	`status` text NOT NULL,
	`published_at` text,
	`modified_at` text,
	`corrections` text NOT NULL,
	`word_count` integer NOT NULL,
	`version` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	FOREIGN KEY (`publisher`) REFERENCES `sources`(`key`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "articles_status_word" CHECK("articles"."status" in ('draft', 'scheduled', 'published', 'retracted')),
	CONSTRAINT "articles_slug_filled" CHECK(length("articles"."slug") > 0),
	CONSTRAINT "articles_headline_filled" CHECK(length("articles"."headline") > 0),
	CONSTRAINT "articles_dated" CHECK("articles"."status" = 'draft' or "articles"."published_at" is not null),
	CONSTRAINT "articles_word_count" CHECK("articles"."word_count" >= 0),
	CONSTRAINT "articles_version" CHECK("articles"."version" >= 1),
	CONSTRAINT "articles_published_at" CHECK("articles"."published_at" like '____-__-__T__:__:__.___Z'),
	CONSTRAINT "articles_modified_at" CHECK("articles"."modified_at" like '____-__-__T__:__:__.___Z'),
	CONSTRAINT "articles_created_at" CHECK("articles"."created_at" like '____-__-__T__:__:__.___Z'),
	CONSTRAINT "articles_updated_at" CHECK("articles"."updated_at" like '____-__-__T__:__:__.___Z')
);
--> statement-breakpoint
CREATE UNIQUE INDEX `articles_id` ON `articles` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `articles_slug` ON `articles` (`slug`);--> statement-breakpoint
CREATE UNIQUE INDEX `articles_external_id` ON `articles` (`external_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `articles_canonical_url` ON `articles` (`canonical_url`);--> statement-breakpoint
CREATE INDEX `articles_newest` ON `articles` (`status`,`published_at`,`id`);--> statement-breakpoint
CREATE INDEX `articles_section` ON `articles` (`status`,`section`,`published_at`,`id`);--> statement-breakpoint
CREATE INDEX `articles_language` ON `articles` (`status`,`language`,`published_at`,`id`);--> statement-breakpoint
CREATE INDEX `articles_publisher` ON `articles` (`publisher`,`status`,`published_at`,`id`);--> statement-breakpoint
CREATE TABLE `attributions` (
	`key` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`claim` integer NOT NULL,
	`source` integer,
	`article` integer,
	`url` text,
	`context` text,
	`stance` text NOT NULL,
	`mode` text,
	`cue` text,
	`said_at` text,
	`exact` text,
	`prefix` text,
	`suffix` text,
	`start` integer,
	`end` integer,
	`article_version` integer,
	`anchor_state` text,
	FOREIGN KEY (`claim`) REFERENCES `claims`(`key`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`source`) REFERENCES `sources`(`key`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`article`) REFERENCES `articles`(`key`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "attributions_stance_word" CHECK("attributions"."stance" in ('asserts', 'denies', 'questions')),
	CONSTRAINT "attributions_mode_word" CHECK("attributions"."mode" in ('direct', 'indirect', 'mixed')),
	CONSTRAINT "attributions_anchor_word" CHECK("attributions"."anchor_state" in ('anchored', 'orphaned')),
	CONSTRAINT "attributions_somebody" CHECK("attributions"."source" is not null or "attributions"."article" is not null),
	CONSTRAINT "attributions_somewhere" CHECK(("attributions"."article" is not null and "attributions"."url" is null and "attributions"."context" is null) or ("attributions"."article" is null and ("attributions"."url" is not null or "attributions"."context" is not null))),
	CONSTRAINT "attributions_anchor_whole" CHECK(("attributions"."exact" is null and "attributions"."prefix" is null and "attributions"."suffix" is null and "attributions"."start" is null and "attributions"."end" is null and "attributions"."article_version" is null and "attributions"."anchor_state" is null) or ("attributions"."article" is not null and "attributions"."exact" is not null and "attributions"."prefix" is not null and "attributions"."suffix" is not null and "attributions"."start" is not null and "attributions"."end" is not null and "attributions"."article_version" is not null and "attributions"."anchor_state" is not null)),
	CONSTRAINT "attributions_anchor_span" CHECK("attributions"."start" >= 0 and "attributions"."end" > "attributions"."start"),
	CONSTRAINT "attributions_said_at" CHECK("attributions"."said_at" like '____-__-__T__:__:__.___Z')
);
--> statement-breakpoint
CREATE UNIQUE INDEX `attributions_id` ON `attributions` (`id`);--> statement-breakpoint
CREATE INDEX `attributions_claim` ON `attributions` (`claim`);--> statement-breakpoint
CREATE INDEX `attributions_source` ON `attributions` (`source`,`claim`);--> statement-breakpoint
CREATE INDEX `attributions_article` ON `attributions` (`article`,`start`,`claim`);--> statement-breakpoint
CREATE TABLE `changes` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` text NOT NULL,
	`type` text NOT NULL,
	`id` text NOT NULL,
	`operation` text NOT NULL,
	`version` integer NOT NULL,
	CONSTRAINT "changes_type_word" CHECK("changes"."type" in ('source', 'article', 'claim')),
	CONSTRAINT "changes_operation_word" CHECK("changes"."operation" in ('create', 'update')),
	CONSTRAINT "changes_version_positive" CHECK("changes"."version" >= 1),
	CONSTRAINT "changes_at" CHECK("changes"."at" like '____-__-__T__:__:__.___Z')
);
--> statement-breakpoint
CREATE UNIQUE INDEX `changes_version` ON `changes` (`type`,`id`,`version`);--> statement-breakpoint
CREATE TABLE `claim_tags` (
	`claim` integer NOT NULL,
	`tag` text NOT NULL,
	PRIMARY KEY(`claim`, `tag`),
	FOREIGN KEY (`claim`) REFERENCES `claims`(`key`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `claim_tags_tag` ON `claim_tags` (`tag`,`claim`);--> statement-breakpoint
CREATE TABLE `claims` (
	`key` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`external_id` text,
	`text` text NOT NULL,
	`language` text NOT NULL,
	`tags` text NOT NULL,
	`standing` text NOT NULL,
	`visible` integer NOT NULL,
	`version` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	CONSTRAINT "claims_standing_word" CHECK("claims"."standing" in ('verified', 'refuted', 'mixed', 'unproven', 'disputed', 'corroborated', 'single-source', 'unattributed')),
	CONSTRAINT "claims_text_filled" CHECK(length("claims"."text") > 0),
	CONSTRAINT "claims_version" CHECK("claims"."version" >= 1),
	CONSTRAINT "claims_created_at" CHECK("claims"."created_at" like '____-__-__T__:__:__.___Z'),
	CONSTRAINT "claims_updated_at" CHECK("claims"."updated_at" like '____-__-__T__:__:__.___Z')
);
--> statement-breakpoint
CREATE UNIQUE INDEX `claims_id` ON `claims` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `claims_external_id` ON `claims` (`external_id`);--> statement-breakpoint
CREATE INDEX `claims_newest` ON `claims` (`visible`,`id`);--> statement-breakpoint
CREATE INDEX `claims_standing` ON `claims` (`visible`,`standing`,`id`);--> statement-breakpoint
CREATE INDEX `claims_language` ON `claims` (`visible`,`language`,`id`);--> statement-breakpoint
CREATE TABLE `relations` (
	`key` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`claim` integer NOT NULL,
	`kind` text NOT NULL,
	`other` integer NOT NULL,
	`note` text,
	`source` integer,
	FOREIGN KEY (`claim`) REFERENCES `claims`(`key`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`other`) REFERENCES `claims`(`key`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`source`) REFERENCES `sources`(`key`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "relations_kind_word" CHECK("relations"."kind" in ('repeats', 'supports', 'contradicts', 'refines')),
	CONSTRAINT "relations_not_itself" CHECK("relations"."claim" <> "relations"."other")
);
--> statement-breakpoint
CREATE UNIQUE INDEX `relations_id` ON `relations` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `relations_once` ON `relations` (`claim`,`other`,`kind`);--> statement-breakpoint
CREATE INDEX `relations_other` ON `relations` (`other`);--> statement-breakpoint
CREATE INDEX `relations_source` ON `relations` (`source`);--> statement-breakpoint
CREATE TABLE `reviews` (
	`key` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`claim` integer NOT NULL,
	`reviewer` integer NOT NULL,
	`rating` text NOT NULL,
	`verdict` text NOT NULL,
	`url` text,
	`title` text,
	`summary` text,
	`reviewed_at` text NOT NULL,
	FOREIGN KEY (`claim`) REFERENCES `claims`(`key`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`reviewer`) REFERENCES `sources`(`key`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "reviews_verdict_word" CHECK("reviews"."verdict" in ('true', 'mostly-true', 'mixed', 'mostly-false', 'false', 'unproven')),
	CONSTRAINT "reviews_rating_filled" CHECK(length("reviews"."rating") > 0),
	CONSTRAINT "reviews_reviewed_at" CHECK("reviews"."reviewed_at" like '____-__-__T__:__:__.___Z')
);
--> statement-breakpoint
CREATE UNIQUE INDEX `reviews_id` ON `reviews` (`id`);--> statement-breakpoint
CREATE INDEX `reviews_claim` ON `reviews` (`claim`);--> statement-breakpoint
CREATE INDEX `reviews_reviewer` ON `reviews` (`reviewer`);--> statement-breakpoint
CREATE TABLE `source_names` (
	`source` integer NOT NULL,
	`folded` text NOT NULL,
	PRIMARY KEY(`source`, `folded`),
	FOREIGN KEY (`source`) REFERENCES `sources`(`key`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `source_names_folded` ON `source_names` (`folded`);--> statement-breakpoint
CREATE TABLE `sources` (
	`key` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`slug` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`aliases` text NOT NULL,
	`description` text,
	`role` text,
	`country` text,
	`url` text,
	`same_as` text NOT NULL,
	`member_of` integer,
	`version` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	FOREIGN KEY (`member_of`) REFERENCES `sources`(`key`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "sources_kind_word" CHECK("sources"."kind" in ('publisher', 'organization', 'person', 'document', 'unnamed')),
	CONSTRAINT "sources_slug_filled" CHECK(length("sources"."slug") > 0),
	CONSTRAINT "sources_name_filled" CHECK(length("sources"."name") > 0),
	CONSTRAINT "sources_country_code" CHECK(length("sources"."country") = 2),
	CONSTRAINT "sources_not_own_member" CHECK("sources"."member_of" <> "sources"."key"),
	CONSTRAINT "sources_version" CHECK("sources"."version" >= 1),
	CONSTRAINT "sources_created_at" CHECK("sources"."created_at" like '____-__-__T__:__:__.___Z'),
	CONSTRAINT "sources_updated_at" CHECK("sources"."updated_at" like '____-__-__T__:__:__.___Z')
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sources_id` ON `sources` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `sources_slug` ON `sources` (`slug`);--> statement-breakpoint
CREATE INDEX `sources_kind` ON `sources` (`kind`,`id`);--> statement-breakpoint
CREATE INDEX `sources_country` ON `sources` (`country`,`id`);--> statement-breakpoint
CREATE INDEX `sources_member_of` ON `sources` (`member_of`);