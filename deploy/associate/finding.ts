/** What a plan found out before CloudFront is asked. */

/**
 * `refusal`: CloudFront would refuse it, or it would break viewers or what is somebody else's. `lack`: the functions
 * need it, and `--with-origins` adds it. `warning`: it is done, and should be known.
 */
export type Severity = 'refusal' | 'lack' | 'warning';

export interface AssociationFinding {
  readonly severity: Severity;
  /** In the words of the field, `foreign-function`. Stable: scripts and `docs/associate.md` name it. */
  readonly code: string;
  /** `where: expected what, got what`. */
  readonly message: string;
}

export const refusal = (code: string, message: string): AssociationFinding => ({ severity: 'refusal', code, message });
export const lack = (code: string, message: string): AssociationFinding => ({ severity: 'lack', code, message });
export const warning = (code: string, message: string): AssociationFinding => ({ severity: 'warning', code, message });

export const isAgainst = ({ severity }: AssociationFinding): boolean => severity !== 'warning';
