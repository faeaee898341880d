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
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) refuse('UTF-16');
  const control = bytes.findIndex(isControl);
  if (control >= 0) {
    const hex = (bytes[control] as number).toString(16).padStart(2, '0');
    refuse(`a binary file (byte 0x${hex} on line ${lineAt(bytes, control)})`);
  }
  const text = decode(bytes);
  if (text.trim() === '') refuse(bytes.length === 0 ? 'an empty file' : 'nothing but white space');
  return text.replace(/\r\n?/g, '\n');
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

function refuse(found: string): never {
  throw new ClaimwireError('unreadable-file', `expected text in UTF-8, found ${found}`);
}
