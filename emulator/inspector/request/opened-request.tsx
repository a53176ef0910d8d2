import { useEffect, useState } from 'preact/hooks';
import type { DescribedFunction, TracedRequest } from '../../control/answers.ts';
import { getFunctions, getRequest, getSummary } from '../control-api.ts';
import { resultOf, urlOf } from '../requests/request-filter.ts';
import { clockTime } from '../requests/request-row.tsx';
import { curlCommand, eventJson, vitestTest } from './copies.ts';
import { CopyButton } from './copy-button.tsx';
import { FunctionError, failedStage } from './function-error.tsx';
import { milliseconds } from './stage-details.tsx';
import { StageLine } from './stage-line.tsx';

/** Stages go on for a while when the answer has gone: what is stored, for one. */
const ASK_AGAIN_MS = 1_000;

const FORGOTTEN = 'The edge keeps the stages of its latest 500 requests, and this is none of them any more.';

/** @param closeHref where the way out leads; absent: there is none */
export function OpenedRequest({ id, closeHref }: { id: string; closeHref?: string }) {
  const [request, setRequest] = useState<TracedRequest | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    setRequest(null);
    setFailure(null);
    let isLeft = false;
    const ask = (): Promise<void> =>
      getRequest(id).then(
        (found) => {
          if (!isLeft) setRequest(found);
        },
        (error: Error) => {
          if (!isLeft) setFailure(error.cause === 404 ? FORGOTTEN : error.message);
        },
      );
    void ask();
    const timer = setTimeout(ask, ASK_AGAIN_MS);
    return () => {
      isLeft = true;
      clearTimeout(timer);
    };
  }, [id]);
  return (
    <section class="opened" aria-label="Opened request">
      {closeHref !== undefined && (
        <a class="close" href={closeHref} aria-label="Close">
          ×
        </a>
      )}
      {request !== null && <Request key={id} request={request} />}
      {request === null && failure !== null && <p class="empty">{failure}</p>}
    </section>
  );
}

function Request({ request }: { request: TracedRequest }) {
  const failed = failedStage(request);
  return (
    <>
      <Heading request={request} />
      <Copies request={request} />
      {failed !== undefined && <FunctionError stage={failed} request={request} />}
      <Verdict request={request} />
      <StageLine request={request} />
      <p class="quiet-text">
        Credentials are masked by the edge before this page is told of them: <code>(secret)</code> and{' '}
        <code>(token)</code> stand for what was there. Bodies are not kept.
      </p>
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

function Verdict({ request: { reason, reasonInWords } }: { request: TracedRequest }) {
  if (reason === null) return null;
  return (
    <p class="verdict">
      <strong>Refused: {reason}.</strong> {reasonInWords}
    </p>
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
