/**
 * From bytes to text: what passes is UTF-8 text without control characters, with line feeds alone as line ends.
 */
import { ClaimwireError } from '../kernel/errors.js';
import type { InputFile } from './model.js';

const LINE_FEED = 0x0a;

/**
 * The text of a file: a byte-order mark is dropped, CRLF and CR become LF.
 * Throws ClaimwireError `unreadable-file` when the file is empty, binary or not UTF-8; the message does not name the file.
 */
export function decodeText({ bytes }: InputFile): string {
  if (isUtf16(bytes)) refuse('UTF-16');
  const control = bytes.findIndex(isControl);
  if (control >= 0) {
    const hex = (bytes[control] as number).toString(16).padStart(2, '0');
    refuse(`a binary file (byte 0x${hex} on line ${lineAt(bytes, control)})`);
  }
  const text = decode(bytes);
  if (text.trim() === '') refuse(bytes.length === 0 ? 'an empty file' : 'nothing but white space');
  return text.replace(/\r\n?/g, '\n');
}

/** Refuses the beginning of a file that is empty or binary, whatever it may be encoded in. */
export function assertText(head: Uint8Array): void {
  if (head.length === 0) refuse('an empty file');
  const nul = isUtf16(head) ? -1 : head.indexOf(0);
  if (nul >= 0) refuse(`a binary file (byte 0x00 on line ${lineAt(head, nul)})`);
}

const isUtf16 = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to leave out
const CONTROLS = /[\u0001-\u0008\u000b\u000e-\u001f\u007f]/g;

/**
 * A decoded document with line feeds alone as line ends, without the control characters that markup carries along by
 * accident; a form feed is a space. Throws ClaimwireError `unreadable-file` where it is binary or holds nothing.
 */
export function withoutControls(text: string): string {
  if (text.includes('\0')) refuse('a binary file (a NUL character)', 'text');
  if (text.trim() === '') refuse(text === '' ? 'an empty file' : 'nothing but white space', 'text');
  return text.replace(/\r\n?/g, '\n').replace(CONTROLS, '').replace(/\f/g, ' ');
}

/** NUL and the other control characters that no text holds; tab, line feed and carriage return are text. */
const isControl = (byte: number): boolean =>
  (byte < 0x20 && byte !== 0x09 && byte !== LINE_FEED && byte !== 0x0d) || byte === 0x7f;

function decode(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    return decoder.decode(bytes);
  } catch {
    return refuse(`bytes that are not UTF-8 on line ${firstBrokenLine(bytes)}`);
  }
}

/** A line feed is never part of a longer UTF-8 sequence, so the lines can be tried one by one. */
function firstBrokenLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let start = 0, line = 1; ; line += 1) {
    const end = bytes.indexOf(LINE_FEED, start);
    try {
      decoder.decode(bytes.subarray(start, end < 0 ? bytes.length : end));
    } catch {
      return line;
    }
    if (end < 0) return line;
    start = end + 1;
  }
}

const lineAt = (bytes: Uint8Array, position: number): number =>
  bytes.subarray(0, position).filter((byte) => byte === LINE_FEED).length + 1;

function refuse(found: string, expected = 'text in UTF-8'): never {
  throw new ClaimwireError('unreadable-file', `expected ${expected}, found ${found}`);
}
