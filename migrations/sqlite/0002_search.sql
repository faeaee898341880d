CREATE TABLE `article_search` (
	`article` integer PRIMARY KEY NOT NULL,
	`headline` text NOT NULL,
	`standfirst` text NOT NULL,
	`body` text NOT NULL,
	FOREIGN KEY (`article`) REFERENCES `articles`(`key`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `claim_search` (
	`claim` integer PRIMARY KEY NOT NULL,
	`text` text NOT NULL,
	FOREIGN KEY (`claim`) REFERENCES `claims`(`key`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `source_search` (
	`source` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	FOREIGN KEY (`source`) REFERENCES `sources`(`key`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
-- The index of the rows above, which triggers keep. Their words stand between single spaces and have no other ASCII but
-- letters and digits, so this tokenizer cuts there and nowhere else. Headlines have an index of their own, so that what stands
-- there is found without passing all that stands in texts.
CREATE VIRTUAL TABLE `__article_titles` USING fts5(`headline`, content='article_search', content_rowid='article', tokenize='ascii', prefix='3 4', detail='full');
--> statement-breakpoint
CREATE VIRTUAL TABLE `__article_terms` USING fts5(`headline`, `standfirst`, `body`, content='article_search', content_rowid='article', tokenize='ascii', prefix='3 4', detail='full');
--> statement-breakpoint
CREATE TRIGGER `article_search_inserted` AFTER INSERT ON `article_search` BEGIN
	INSERT INTO `__article_titles`(rowid, `headline`) VALUES (new.`article`, new.`headline`);
	INSERT INTO `__article_terms`(rowid, `headline`, `standfirst`, `body`) VALUES (new.`article`, new.`headline`, new.`standfirst`, new.`body`);
END;
--> statement-breakpoint
CREATE TRIGGER `article_search_deleted` AFTER DELETE ON `article_search` BEGIN
	INSERT INTO `__article_titles`(`__article_titles`, rowid, `headline`) VALUES ('delete', old.`article`, old.`headline`);
	INSERT INTO `__article_terms`(`__article_terms`, rowid, `headline`, `standfirst`, `body`) VALUES ('delete', old.`article`, old.`headline`, old.`standfirst`, old.`body`);
END;
--> statement-breakpoint
CREATE TRIGGER `article_search_updated` AFTER UPDATE ON `article_search` BEGIN
	INSERT INTO `__article_titles`(`__article_titles`, rowid, `headline`) VALUES ('delete', old.`article`, old.`headline`);
	INSERT INTO `__article_terms`(`__article_terms`, rowid, `headline`, `standfirst`, `body`) VALUES ('delete', old.`article`, old.`headline`, old.`standfirst`, old.`body`);
	INSERT INTO `__article_titles`(rowid, `headline`) VALUES (new.`article`, new.`headline`);
	INSERT INTO `__article_terms`(rowid, `headline`, `standfirst`, `body`) VALUES (new.`article`, new.`headline`, new.`standfirst`, new.`body`);
END;
--> statement-breakpoint
CREATE VIRTUAL TABLE `__claim_terms` USING fts5(`text`, content='claim_search', content_rowid='claim', tokenize='ascii', prefix='3 4', detail='full');
--> statement-breakpoint
CREATE TRIGGER `claim_search_inserted` AFTER INSERT ON `claim_search` BEGIN
	INSERT INTO `__claim_terms`(rowid, `text`) VALUES (new.`claim`, new.`text`);
END;
--> statement-breakpoint
CREATE TRIGGER `claim_search_deleted` AFTER DELETE ON `claim_search` BEGIN
	INSERT INTO `__claim_terms`(`__claim_terms`, rowid, `text`) VALUES ('delete', old.`claim`, old.`text`);
END;
--> statement-breakpoint
CREATE TRIGGER `claim_search_updated` AFTER UPDATE ON `claim_search` BEGIN
	INSERT INTO `__claim_terms`(`__claim_terms`, rowid, `text`) VALUES ('delete', old.`claim`, old.`text`);
	INSERT INTO `__claim_terms`(rowid, `text`) VALUES (new.`claim`, new.`text`);
END;
--> statement-breakpoint
CREATE VIRTUAL TABLE `__source_terms` USING fts5(`name`, content='source_search', content_rowid='source', tokenize='ascii', prefix='3 4', detail='full');
--> statement-breakpoint
CREATE TRIGGER `source_search_inserted` AFTER INSERT ON `source_search` BEGIN
	INSERT INTO `__source_terms`(rowid, `name`) VALUES (new.`source`, new.`name`);
END;
--> statement-breakpoint
CREATE TRIGGER `source_search_deleted` AFTER DELETE ON `source_search` BEGIN
	INSERT INTO `__source_terms`(`__source_terms`, rowid, `name`) VALUES ('delete', old.`source`, old.`name`);
END;
--> statement-breakpoint
CREATE TRIGGER `source_search_updated` AFTER UPDATE ON `source_search` BEGIN
	INSERT INTO `__source_terms`(`__source_terms`, rowid, `name`) VALUES ('delete', old.`source`, old.`name`);
	INSERT INTO `__source_terms`(rowid, `name`) VALUES (new.`source`, new.`name`);
END;
