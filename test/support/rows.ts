/** The form of tables that hold the emulator to CloudFront: what is asked, what follows, and who says so. */

/** `decided`: nobody says; `docs/fidelity.md` has the row. */
export type Kind = 'documented' | 'observed' | 'decided';

export interface Row<Request, Expected> {
  readonly request: Request;
  readonly expected: Expected;
  /** A section of the reference of CloudFront, or a page of the Developer Guide. */
  readonly see: string;
}

type OfKind<T> = T & { readonly kind: Kind };

export const documented = <T extends Row<unknown, unknown>>(rows: readonly T[]) => ofKind('documented', rows);
export const observed = <T extends Row<unknown, unknown>>(rows: readonly T[]) => ofKind('observed', rows);
export const decided = <T extends Row<unknown, unknown>>(rows: readonly T[]) => ofKind('decided', rows);

function ofKind<T extends Row<unknown, unknown>>(kind: Kind, rows: readonly T[]): OfKind<T>[] {
  return rows.map((row) => ({ ...row, kind }));
}
