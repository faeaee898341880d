/**
 * From bytes to text for documents that may say how they are encoded: HTML (WHATWG), XML 1.0 and what comes over HTTP.
 */
import { ClaimwireError } from '../kernel/errors.js';
import { decodeText, withoutControls } from './decode.js';
import { fromWindows1252 } from './entities.js';

const DECLARATION_BYTES = 1_024; // where HTML and XML must have declared it
const LATIN = new Set(['windows-1252', 'iso-8859-1', 'latin1', 'ascii', 'us-ascii', 'cp1252', 'iso8859-1']);

/**
 * The text of a document: by its byte-order mark, else as `stated` by who sent it, else as it declares itself, else
 * UTF-8, and for markup that is not UTF-8 and declares nothing windows-1252, as browsers have it. Line ends become LF.
 * Throws ClaimwireError `unreadable-file` for an unknown encoding and for bytes that it does not allow.
 */
export function decodeDocument(bytes: Uint8Array, stated?: string): string {
  const marked = markOf(bytes);
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, DECLARATION_BYTES)).replace(/^ï»¿/, '');
  const isMarkup = /^\s*</.test(start);
  const label = marked ?? stated ?? (isMarkup ? declared(start) : 'utf-8');
  if (!isMarkup && /^utf-?8$/i.test(label ?? '')) return decodeText({ name: '', bytes });
  if (label === null) return withoutControls(undeclared(bytes));
  return withoutControls(decodeAs(bytes, label));
}

/** The encoding that a byte-order mark tells. */
export function markOf([first, second, third]: Uint8Array): string | null {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return first === 0xef && second === 0xbb && third === 0xbf ? 'utf-8' : null;
}

/** What the XML declaration or a `meta` element says. */
function declared(start: string): string | null {
  const xml = /^\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]+)["']/i.exec(start);
  const meta = /<meta\b[^>]*\bcharset\s*=\s*["']?\s*([\w.:-]+)/i.exec(start);
  const label = (xml ?? meta)?.[1] ?? null;
  return label !== null && /^utf-?16/i.test(label) ? 'utf-8' : label; // what can be read as ASCII is not UTF-16
}

function undeclared(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return fromWindows1252(new TextDecoder('latin1').decode(bytes));
  }
}

function decodeAs(bytes: Uint8Array, label: string): string {
  if (LATIN.has(label.toLowerCase())) return fromWindows1252(new TextDecoder('latin1').decode(bytes));
  const decoder = decoderOf(label);
  try {
    return decoder.decode(bytes);
  } catch {
    throw new ClaimwireError(
      'unreadable-file',
      `expected text in ${decoder.encoding}, as the file says, found bytes that are not`,
    );
  }
}

/** A decoder that takes nothing for granted. Throws ClaimwireError `unreadable-file` for an encoding that there is not. */
export function decoderOf(label: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(label, { fatal: true });
  } catch {
    throw new ClaimwireError('unreadable-file', `expected an encoding that is known, found “${label}”`);
  }
}
