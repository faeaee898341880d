CREATE TABLE `api_keys` (
	`key` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`scope` text NOT NULL,
	`hash` text NOT NULL,
	`created_at` text NOT NULL,
	`expires_at` text,
	`revoked_at` text,
	CONSTRAINT "api_keys_name_filled" CHECK(length("api_keys"."name") > 0),
	CONSTRAINT "api_keys_scope_word" CHECK("api_keys"."scope" in ('read:drafts', 'write', 'admin')),
	CONSTRAINT "api_keys_hash" CHECK(length("api_keys"."hash") = 64),
	CONSTRAINT "api_keys_created_at" CHECK("api_keys"."created_at" like '____-__-__T__:__:__.___Z'),
	CONSTRAINT "api_keys_expires_at" CHECK("api_keys"."expires_at" like '____-__-__T__:__:__.___Z'),
	CONSTRAINT "api_keys_revoked_at" CHECK("api_keys"."revoked_at" like '____-__-__T__:__:__.___Z')
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_id` ON `api_keys` (`id`);--> statement-breakpoint
ALTER TABLE `changes` ADD `by` text;