/**
 * Identity: UUIDv7 (RFC 9562), lower case, so that ids sort by the time they were made.
 */
import { v7 } from 'uuid';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** A new id. Ids made in one process rise strictly, also within a millisecond. */
export const newId = (): string => v7();

/** Whether a reference is an id rather than a slug: a slug may not look like one. */
export const isId = (ref: string): boolean => UUID.test(ref);
