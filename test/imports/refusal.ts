/**
 * For the tests of readers: why a file was refused, to the letter.
 */
import { ClaimwireError } from '../../src/kernel/errors.js';

/** The refusal with which reading ends. Throws where the file is read, or fails in another way. */
export function refusalOf(read: () => unknown): ClaimwireError {
  try {
    read();
  } catch (error) {
    if (error instanceof ClaimwireError && error.code === 'unreadable-file') return error;
    throw error;
  }
  throw new Error('the file was read, but should have been refused');
}
