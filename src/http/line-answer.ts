/**
 * An answer of lines that are written as they come to be known, and sent as its reader takes them.
 */
import { Readable } from 'node:stream';
import type { Patience } from './patience.js';

const PIECE_LENGTH = 65_536; // UTF-16 units that are sent at once
const HELD_LENGTH_MAX = 1_048_576; // of lines that a client did not take yet, before it is waited for

export interface LineAnswer {
  /** The answer, to be sent. */
  readonly stream: Readable;
  add(line: string): void;
  /** Waits until the client took so much that there is room for more, or is gone. */
  room(): Promise<void>;
  end(): void;
}

export function createLineAnswer(patience: Patience): LineAnswer {
  const pieces: string[] = [];
  let length = 0;
  let isOver = false;
  let onLines = () => {};
  let onRoom = () => {};

  async function* sent(): AsyncGenerator<Buffer> {
    for (;;) {
      const piece = pieces.shift();
      if (piece === undefined) {
        if (isOver) return;
        await new Promise<void>((resolve) => {
          onLines = resolve;
        });
        continue;
      }
      length -= piece.length;
      if (length <= HELD_LENGTH_MAX) onRoom();
      const end = patience.begin();
      try {
        yield Buffer.from(piece);
      } finally {
        end();
      }
    }
  }

  const over = (): void => {
    isOver = true;
    onLines();
    onRoom();
  };
  const stream = Readable.from(sent(), { objectMode: false, highWaterMark: PIECE_LENGTH });
  stream.once('close', () => {
    pieces.length = 0;
    length = 0;
    over();
  });
  stream.on('error', () => {}); // of a client that left, which its log line says

  return {
    stream,
    add(line) {
      if (stream.destroyed) return;
      const last = pieces.length - 1;
      const open = pieces[last];
      if (open !== undefined && open.length < PIECE_LENGTH) pieces[last] = open + line;
      else pieces.push(line);
      length += line.length;
      onLines();
    },
    async room() {
      while (length > HELD_LENGTH_MAX && !isOver)
        await new Promise<void>((resolve) => {
          onRoom = resolve;
        });
    },
    end: over,
  };
}
