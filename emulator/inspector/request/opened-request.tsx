import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { DescribedFunction, TracedRequest } from '../../control/answers.ts';
import { getFunctions, getSummary } from '../control-api.ts';
import { resultOf, urlOf } from '../requests/request-filter.ts';
import { clockTime } from '../requests/request-row.tsx';
import { unmaskKey } from '../unmask-key.ts';
import { curlCommand, eventJson, vitestTest } from './copies.ts';
import { CopyButton } from './copy-button.tsx';
import { FunctionError, failedStage } from './function-error.tsx';
import { milliseconds } from './stage-details.tsx';
import { StageLine } from './stage-line.tsx';
import { useTracedRequest } from './use-traced-request.ts';
import { Verdict } from './verdict.tsx';

/** @param closeHref where the way out leads; absent: there is none */
export function OpenedRequest({ id, closeHref }: { id: string; closeHref?: string }) {
  return (
    <section class="opened" aria-label="Opened request">
      {closeHref !== undefined && (
        <a class="close" href={closeHref} aria-label="Close">
          ×
        </a>
      )}
      <TracedRequestView key={id} id={id} />
    </section>
  );
}

/** Masked at first, each request anew. */
function TracedRequestView({ id }: { id: string }) {
  const [isUnmasked, setUnmasked] = useState(false);
  const { request, failure } = useTracedRequest(id, isUnmasked ? unmaskKey() : null);
  const secrecy = <Secrecy isUnmasked={isUnmasked} onChange={setUnmasked} />;
  if (request !== null) return <Request request={request}>{secrecy}</Request>;
  if (failure === null) return null;
  return (
    <>
      <p class="empty">{failure}</p>
      {isUnmasked && secrecy}
    </>
  );
}

function Request({ request, children }: { request: TracedRequest; children: ComponentChildren }) {
  const failed = failedStage(request);
  return (
    <>
      <Heading request={request} />
      <Copies request={request} />
      {children}
      {failed !== undefined && <FunctionError stage={failed} request={request} />}
      <Verdict request={request} />
      <StageLine request={request} />
    </>
  );
}

function Secrecy({ isUnmasked, onChange }: { isUnmasked: boolean; onChange(isUnmasked: boolean): void }) {
  return (
    <div class="secrecy" data-unmasked={isUnmasked}>
      {unmaskKey() !== null && (
        <button type="button" aria-pressed={isUnmasked} onClick={() => onChange(!isUnmasked)}>
          {isUnmasked ? 'Mask credentials' : 'Unmask credentials'}
        </button>
      )}
      <p class="quiet-text">
        {isUnmasked ? 'Credentials are shown as they were sent, and copied so.' : <MaskedNote />} Bodies are not kept.
      </p>
    </div>
  );
}

function MaskedNote() {
  return (
    <>
      Credentials are masked by the edge before this page is told of them: <code>(secret)</code> and{' '}
      <code>(token)</code> stand for what was there.
      {unmaskKey() === null &&
        ' Opened by the address that the edge printed when it started, this page can unmask them.'}
    </>
  );
}

function Heading({ request }: { request: TracedRequest }) {
  const { method, status, edgeLocation, region, isFailover, viewerPlace, viewer, time } = request;
  const from = viewerPlace?.city ?? viewerPlace?.country ?? viewer.viewerIp;
  const facts = [
    resultOf(request),
    `${from} to ${edgeLocation}`,
    ...(region === null ? [] : [`${region}${isFailover ? ', after a failover' : ''}`]),
    milliseconds(request.milliseconds),
    clockTime(time),
  ];
  return (
    <header>
      <h2>
        <span class="method">{method}</span> <span class="url">{urlOf(request)}</span>{' '}
        <span class="status" data-kind={`${Math.floor(status / 100)}xx`}>
          {status}
        </span>
      </h2>
      <p class="quiet-text">{facts.join(' · ')}</p>
    </header>
  );
}

function Copies({ request }: { request: TracedRequest }) {
  const [url, setUrl] = useState<string | null>(null);
  const [functions, setFunctions] = useState<readonly DescribedFunction[]>([]);
  useEffect(() => {
    void getSummary().then((summary) => setUrl(summary.url));
    void getFunctions().then(setFunctions);
  }, []);
  const event = eventJson(request);
  const test = vitestTest(request, functions);
  return (
    <div class="copies">
      {url !== null && <CopyButton label="Copy as curl" text={curlCommand(request, url)} />}
      {event !== null && <CopyButton label="Copy event JSON" text={event} />}
      {test !== null && <CopyButton label="Copy as test" text={test} />}
    </div>
  );
}
