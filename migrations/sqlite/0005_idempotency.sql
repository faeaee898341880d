CREATE TABLE `idempotency_keys` (
	`name` text PRIMARY KEY NOT NULL,
	`print` text NOT NULL,
	`at` text NOT NULL,
	`answer` text NOT NULL,
	CONSTRAINT "idempotency_keys_name_filled" CHECK(length("idempotency_keys"."name") > 0),
	CONSTRAINT "idempotency_keys_at_instant" CHECK("idempotency_keys"."at" like '____-__-__T__:__:__.___Z')
);
--> statement-breakpoint
CREATE INDEX `idempotency_keys_at` ON `idempotency_keys` (`at`);