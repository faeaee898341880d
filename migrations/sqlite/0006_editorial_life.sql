CREATE TABLE `secrets` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`at` text NOT NULL,
	CONSTRAINT "secrets_name_filled" CHECK(length("secrets"."name") > 0),
	CONSTRAINT "secrets_value_filled" CHECK(length("secrets"."value") > 0),
	CONSTRAINT "secrets_at" CHECK("secrets"."at" like '____-__-__T__:__:__.___Z')
);
--> statement-breakpoint
-- By hand: drizzle-kit would make the table anew for the check, and dropping the old one would take with it what refers to it.
ALTER TABLE `articles` ADD `retraction` text CONSTRAINT "articles_retraction" CHECK(`retraction` is null or `status` = 'retracted');--> statement-breakpoint
CREATE INDEX `articles_status` ON `articles` (`status`,`id`);
