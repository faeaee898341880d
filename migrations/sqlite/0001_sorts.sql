CREATE INDEX `articles_headline` ON `articles` (`status`,`headline`,`id`);--> statement-breakpoint
CREATE INDEX `articles_word_count` ON `articles` (`status`,`word_count`,`id`);--> statement-breakpoint
CREATE INDEX `claims_updated` ON `claims` (`visible`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `reviews_verdict` ON `reviews` (`verdict`,`claim`);--> statement-breakpoint
CREATE INDEX `sources_name` ON `sources` (`name`,`id`);--> statement-breakpoint
CREATE INDEX `sources_updated` ON `sources` (`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `articles_modified` ON `articles` (`status`,coalesce(`modified_at`, `published_at`),`id`);