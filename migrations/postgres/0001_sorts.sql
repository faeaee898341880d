CREATE INDEX "articles_headline" ON "articles" USING btree ("status","headline","id");--> statement-breakpoint
CREATE INDEX "articles_word_count" ON "articles" USING btree ("status","word_count","id");--> statement-breakpoint
CREATE INDEX "claims_updated" ON "claims" USING btree ("visible","updated_at","id");--> statement-breakpoint
CREATE INDEX "reviews_verdict" ON "reviews" USING btree ("verdict","claim");--> statement-breakpoint
CREATE INDEX "sources_name" ON "sources" USING btree ("name","id");--> statement-breakpoint
CREATE INDEX "sources_updated" ON "sources" USING btree ("updated_at","id");--> statement-breakpoint
CREATE INDEX "articles_modified" ON "articles" USING btree ("status",coalesce("modified_at", "published_at"),"id");