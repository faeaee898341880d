/**
 * What a request may have, whatever it asks for.
 */

export const URL_LENGTH_MAX = 8_000; // characters; what proxies and browsers carry (RFC 9110 section 4.1)
export const HEADER_BYTES_MAX = 16_384; // the request line and headers together, Node's own default
export const REQUEST_TIMEOUT_MS = 30_000; // for the whole request to arrive; a trickle is cut off
export const BODY_BYTES_MAX = 4_194_304; // the longest article, each of its characters escaped
export const STALL_MS = 30_000; // for which a client of a stream may neither send nor take anything
