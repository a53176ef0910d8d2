import { useCallback, useState } from 'preact/hooks';
import type { ViewProps } from '../app.tsx';
import { getTryChoices, tryRequest } from '../control-api.ts';
import { useAsked } from '../live/use-asked.ts';
import { hrefOf } from '../place.ts';
import { OpenedRequest } from '../request/opened-request.tsx';
import { BLANK, type ComposedRequest, triedRequest } from './composed-request.ts';
import { CredentialFields } from './credential-fields.tsx';
import { RequestFields } from './request-fields.tsx';

const CHANGED_BY = ['update'] as const;

/** What was composed last: other views can be looked at meanwhile. */
let latest: ComposedRequest = BLANK;

/** A request of one's own, and the way that it took. */
export function TryView({ edge: { events }, opened }: ViewProps) {
  const [composed, setComposed] = useState(latest);
  const ask = useCallback(() => getTryChoices(composed.path), [composed.path]);
  const { value: choices } = useAsked(ask, events, CHANGED_BY);
  const [failure, setFailure] = useState<string | null>(null);
  const [isUnderWay, setUnderWay] = useState(false);
  const change = (fields: Partial<ComposedRequest>): void => {
    latest = { ...composed, ...fields };
    setComposed(latest);
  };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setUnderWay(true);
    try {
      const { ways } = await getTryChoices(composed.path);
      const { requestId } = await tryRequest(triedRequest(composed, ways));
      setFailure(null);
      location.hash = hrefOf('try', requestId);
    } catch (error) {
      setFailure((error as Error).message);
    }
    setUnderWay(false);
  };
  return (
    <div class="try">
      <form class="composer" aria-label="Compose a request" onSubmit={submit}>
        <RequestFields composed={composed} cities={choices?.cities ?? []} onChange={change} />
        <CredentialFields
          composed={composed}
          signedPaths={choices?.signedPaths ?? []}
          ways={choices?.ways ?? []}
          onChange={change}
        />
        <button type="submit" class="primary" disabled={isUnderWay}>
          {isUnderWay ? 'On its way' : 'Send'}
        </button>
        <p class="failure" role="alert">
          {failure}
        </p>
      </form>
      {opened === null ? (
        <p class="empty">What you send shows up here, stage by stage.</p>
      ) : (
        <OpenedRequest id={opened} />
      )}
    </div>
  );
}
