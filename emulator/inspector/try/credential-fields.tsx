import type { SigningWay } from '../../control/answers.ts';
import type { ComposedRequest } from './composed-request.ts';
import { SigningFields } from './signing-fields.tsx';

interface Props {
  readonly composed: ComposedRequest;
  /** What can be signed for; none: nothing signs here. */
  readonly signedPaths: readonly string[];
  /** To sign for the path that is composed. */
  readonly ways: readonly SigningWay[];
  onChange(fields: Partial<ComposedRequest>): void;
}

export function CredentialFields({ composed, signedPaths, ways, onChange }: Props) {
  const kinds = [
    ['none', 'None'],
    ...(signedPaths.length > 0 ? [['signed', 'Signed now'] as const] : []),
    ['pasted', 'Pasted'],
  ] as const;
  const { credential, token } = composed;
  return (
    <fieldset>
      <legend>Credential</legend>
      <div class="kinds">
        {kinds.map(([kind, title]) => (
          <label key={kind}>
            <input
              type="radio"
              name="credential"
              checked={credential === kind}
              onChange={() => onChange({ credential: kind })}
            />
            {title}
          </label>
        ))}
      </div>
      {credential === 'signed' && <SigningFields {...{ composed, signedPaths, ways, onChange }} />}
      {credential === 'pasted' && (
        <label>
          Token, sent as Authorization: Bearer
          <textarea
            rows={3}
            value={token}
            required
            spellcheck={false}
            onInput={(event) => onChange({ token: event.currentTarget.value })}
          />
        </label>
      )}
    </fieldset>
  );
}
