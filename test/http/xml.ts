/**
 * Whether a text is an XML document, as xmllint sees it where it is installed.
 */
import { spawnSync } from 'node:child_process';
import type { Test } from 'tap';

const isHere = spawnSync('xmllint', ['--version']).status === 0;

/** Fails the test if the text is no well-formed XML. */
export function assertWellFormed(t: Test, xml: string, what: string): void {
  if (!isHere) {
    t.comment('xmllint is not installed here: XML is read by the parsers alone');
    return;
  }
  const { status, stderr } = spawnSync('xmllint', ['--noout', '--nonet', '-'], {
    input: xml,
    encoding: 'utf8',
  });
  t.equal(status, 0, `${what} is well-formed XML`, { stderr });
}
