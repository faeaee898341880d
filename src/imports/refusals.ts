/**
 * Keeps the refusals of the parts of one row, each under a pointer into it, so that all of them are told at once.
 */
import { ClaimwireError, type Issue } from '../kernel/errors.js';

/** Where in the row something stands: a pointer, or what makes one of a pointer into the part. */
type Place = string | ((pointer: string) => string);

export function createRefusals() {
  const refusals: ClaimwireError[] = [];
  const issues: Issue[] = [];
  return {
    /** What `work` gives; undefined of its refusal, which is kept. Throws what is no refusal. */
    async attempt<Result>(place: Place, work: () => Promise<Result>): Promise<Result | undefined> {
      try {
        return await work();
      } catch (error) {
        if (!isRefusal(error)) throw error;
        refusals.push(error);
        for (const { pointer = '', detail } of issuesOf(error))
          issues.push({ pointer: typeof place === 'string' ? place + pointer : place(pointer), detail });
        return undefined;
      }
    },

    /** Throws what was kept as one error; one that leads nowhere gives it its code, since it may yet lead somewhere. */
    done(): void {
      const error = refusals.find(({ code }) => code === 'unknown-reference') ?? refusals[0];
      if (error !== undefined) throw new ClaimwireError(error.code, error.message, { issues, cause: error });
    },
  };
}

/** Whether an error is about what was given, and not about the database or a fault of ours. */
export const isRefusal = (error: unknown): error is ClaimwireError =>
  error instanceof ClaimwireError && error.code !== 'unavailable' && error.code !== 'internal';

/** What a refusal says, piece by piece. */
export const issuesOf = (error: ClaimwireError): readonly Issue[] =>
  error.issues.length > 0 ? error.issues : [{ detail: error.message }];
