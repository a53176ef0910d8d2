import type { ComposedRequest } from './composed-request.ts';

interface Props {
  readonly composed: ComposedRequest;
  /** What can be signed for; none: nothing signs here. */
  readonly signedPaths: readonly string[];
  onChange(fields: Partial<ComposedRequest>): void;
}

export function CredentialFields({ composed, signedPaths, onChange }: Props) {
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
      {credential === 'signed' && <ClaimFields {...{ composed, signedPaths, onChange }} />}
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

function ClaimFields({ composed, signedPaths, onChange }: Props) {
  const { resource, expiresInSeconds, claims } = composed;
  return (
    <>
      <p class="quiet-text">
        The edge signs it with a key of this machine, for <code>{signedPaths.join(', ')}</code>, and tells nobody.
      </p>
      <label>
        Resource (res); empty: the whole host
        <input
          value={resource}
          placeholder={signedPaths[0] ?? ''}
          onInput={(event) => onChange({ resource: event.currentTarget.value })}
        />
      </label>
      <label>
        Expires in seconds; below 0: it has
        <input
          type="number"
          step="1"
          required
          value={expiresInSeconds}
          onInput={(event) => onChange({ expiresInSeconds: event.currentTarget.value })}
        />
      </label>
      <label>
        Further claims, as JSON
        <textarea
          rows={3}
          value={claims}
          placeholder='{"ip": "203.0.113.0/24", "sub": "viewer-7"}'
          onInput={(event) => onChange({ claims: event.currentTarget.value })}
        />
      </label>
    </>
  );
}
