import type { SigningWay } from '../../control/answers.ts';
import { type ComposedRequest, chosenWay, wayId } from './composed-request.ts';

interface Props {
  readonly composed: ComposedRequest;
  /** What can be signed for at all. */
  readonly signedPaths: readonly string[];
  /** To sign for the path that is composed. */
  readonly ways: readonly SigningWay[];
  onChange(fields: Partial<ComposedRequest>): void;
}

const WORDS: Readonly<Record<SigningWay['way'], string>> = {
  token: 'Token',
  'signed-url': 'Signed URL',
  'signed-cookies': 'Signed cookies',
};

export function SigningFields({ composed, signedPaths, ways, onChange }: Props) {
  const { resource, expiresInSeconds, claims } = composed;
  const chosen = chosenWay(composed.way, ways);
  const isPolicy = chosen !== undefined && chosen.way !== 'token';
  return (
    <>
      <p class="quiet-text">
        The edge signs it with a key of this machine, for <code>{signedPaths.join(', ')}</code>, and tells nobody.
      </p>
      {chosen !== undefined && <WayField {...{ chosen, ways, onChange }} />}
      <label>
        {isPolicy ? 'Resource; empty: this URL alone' : 'Resource (res); empty: the whole host'}
        <input
          value={resource}
          placeholder={chosen?.path ?? signedPaths[0] ?? ''}
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
          placeholder={isPolicy ? '{"ip": "203.0.113.0/24"}' : '{"ip": "203.0.113.0/24", "sub": "viewer-7"}'}
          onInput={(event) => onChange({ claims: event.currentTarget.value })}
        />
      </label>
    </>
  );
}

interface WayProps extends Pick<Props, 'ways' | 'onChange'> {
  readonly chosen: SigningWay;
}

function WayField({ chosen, ways, onChange }: WayProps) {
  if (ways.length === 1) return <p class="quiet-text">Signed as: {wordsOf(chosen)}</p>;
  return (
    <label>
      Signed as
      <select value={wayId(chosen)} onChange={(event) => onChange({ way: event.currentTarget.value })}>
        {ways.map((way) => (
          <option key={wayId(way)} value={wayId(way)}>
            {wordsOf(way)}
          </option>
        ))}
      </select>
    </label>
  );
}

function wordsOf({ way, algorithm, key }: SigningWay): string {
  return [WORDS[way], algorithm, ...(key === null ? [] : [`key ${key}`])].join(', ');
}
