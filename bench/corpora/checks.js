/** What must hold, and what of it did not. */

/** @typedef {(what: string, holds: boolean, found?: unknown) => void} Check */

export function createChecks() {
  const failed = /** @type {string[]} */ ([]);
  let count = 0;
  return {
    /** @type {Check} */
    check(what, holds, found) {
      count += 1;
      if (holds) return;
      failed.push(what);
      console.log(`DOES NOT HOLD  ${what}: found ${JSON.stringify(found)}`);
    },
    /** Says how it stands; gives the exit code. */
    end() {
      console.log(
        failed.length === 0
          ? `All ${count} checks hold.`
          : `${failed.length} of ${count} checks do not hold.`,
      );
      return failed.length === 0 ? 0 : 1;
    },
  };
}
