import { describe, expect, test } from 'vitest';
import type { ShownEntry } from '../../../emulator/control/answers.ts';
import { type LiveRequests, liveRequests, MOST_KEPT } from '../../../emulator/inspector/live/live-requests.ts';
import { chosenRequests, EVERYTHING, type RequestFilter } from '../../../emulator/inspector/requests/request-filter.ts';
import { rowAfter } from '../../../emulator/inspector/requests/row-keys.ts';
import { visibleRows } from '../../../emulator/inspector/requests/visible-rows.ts';

const entry = (number: number, fields: Partial<ShownEntry> = {}): ShownEntry => ({
  requestId: `id-${number}`,
  time: new Date(number).toISOString(),
  method: 'GET',
  path: `/${number}`,
  query: null,
  status: 200,
  xCache: 'Miss from cloudfront',
  edgeLocation: 'FRA',
  viewerPlace: null,
  attempts: [],
  region: 'us-east-1',
  isFailover: false,
  reason: null,
  viewerRequestLogData: null,
  viewerResponseLogData: null,
  milliseconds: 1,
  ...fields,
});

/** Requests, and the page's next frame. */
function page(): { requests: LiveRequests; frame: () => void; frames: () => number } {
  const due: (() => void)[] = [];
  let frames = 0;
  const requests = liveRequests((callback) => due.push(callback));
  const frame = (): void => {
    for (const callback of due.splice(0)) callback();
    frames++;
  };
  return { requests, frame, frames: () => frames };
}

const paths = ({ all }: LiveRequests): string[] => all.map(({ path }) => path);

describe('live requests', () => {
  test('are taken in together when the page is painted', () => {
    const { requests, frame } = page();
    let told = 0;
    requests.onChange(() => told++);
    for (let number = 1; number <= 3; number++) requests.came(entry(number));
    expect(paths(requests)).toEqual([]);
    frame();
    expect({ paths: paths(requests), told }).toEqual({ paths: ['/1', '/2', '/3'], told: 1 });
  });

  test('that the edge tells twice are there once', () => {
    const { requests, frame } = page();
    requests.came(entry(2));
    requests.caughtUp([entry(1), entry(2)]);
    frame();
    requests.caughtUp([entry(1), entry(2)]);
    frame();
    expect(paths(requests)).toEqual(['/1', '/2']);
  });

  test('wait while they are paused', () => {
    const { requests, frame } = page();
    requests.setPaused(true);
    requests.came(entry(1));
    frame();
    expect({ paths: paths(requests), waiting: requests.waiting }).toEqual({ paths: [], waiting: 1 });
    requests.setPaused(false);
    frame();
    expect({ paths: paths(requests), waiting: requests.waiting }).toEqual({ paths: ['/1'], waiting: 0 });
  });

  test('that were cleared do not come back', () => {
    const { requests, frame } = page();
    requests.came(entry(1));
    frame();
    requests.clear();
    requests.caughtUp([entry(1), entry(2)]);
    frame();
    expect(paths(requests)).toEqual(['/2']);
  });

  test.each([
    { name: 'painted', isPainted: true },
    { name: 'hidden', isPainted: false },
  ])('are at most ten thousand in a page that is $name', ({ isPainted }) => {
    const { requests, frame } = page();
    for (let number = 1; number <= MOST_KEPT + 1; number++) {
      requests.came(entry(number));
      if (isPainted && number % 1_000 === 0) frame();
    }
    frame();
    expect(paths(requests)).toHaveLength(MOST_KEPT);
    expect(paths(requests)[0]).toBe('/2');
  });
});

describe('the filter', () => {
  const other: Partial<ShownEntry> = {
    path: '/Films',
    query: 'a=B',
    method: 'PUT',
    status: 503,
    edgeLocation: 'NRT',
    xCache: 'Error from cloudfront',
    region: 'eu-west-1',
    isFailover: true,
    milliseconds: 20,
  };
  test.each<Partial<RequestFilter>>([
    { url: 'films' },
    { url: '?A=b' },
    { method: 'PUT' },
    { status: '503' },
    { status: '5xx' },
    { edgeLocation: 'NRT' },
    { result: 'Error' },
    { region: 'eu-west-1' },
    { failover: 'yes' },
    { milliseconds: '20' },
    { milliseconds: '1.1', method: 'PUT' },
  ])('%j leaves the one that is meant', (filter) => {
    expect(chosenRequests([entry(1), entry(2, other)], { ...EVERYTHING, ...filter })).toEqual([entry(2, other)]);
  });

  test.each<Partial<RequestFilter>>([{ failover: 'no' }, { status: '2xx' }, { milliseconds: '20.1' }])(
    '%j leaves the other, or none',
    (filter) => {
      expect(chosenRequests([entry(2, other)], { ...EVERYTHING, ...filter })).toEqual([]);
    },
  );
});

test.each([
  { name: 'at the top', count: 1_000, scrollTop: 0, rows: { first: 0, end: 20 } },
  { name: 'in the middle', count: 1_000, scrollTop: 2_800, rows: { first: 90, end: 120 } },
  { name: 'at the end', count: 1_000, scrollTop: 27_720, rows: { first: 980, end: 1_000 } },
  { name: 'beyond the end of a list that got shorter', count: 100, scrollTop: 27_720, rows: { first: 80, end: 100 } },
  { name: 'of few', count: 3, scrollTop: 0, rows: { first: 0, end: 3 } },
  { name: 'of none', count: 0, scrollTop: 0, rows: { first: 0, end: 0 } },
])('rows in sight $name', ({ count, scrollTop, rows }) => {
  expect(visibleRows(count, 28, scrollTop, 280)).toEqual(rows);
});

test.each([
  { key: 'ArrowDown', row: -1, next: 0 },
  { key: 'ArrowDown', row: 8, next: 9 },
  { key: 'ArrowDown', row: 9, next: 9 },
  { key: 'ArrowUp', row: 1, next: 0 },
  { key: 'ArrowUp', row: 0, next: 0 },
  { key: 'PageDown', row: 4, next: 8 },
  { key: 'PageDown', row: 6, next: 9 },
  { key: 'PageUp', row: 3, next: 0 },
  { key: 'Home', row: 5, next: 0 },
  { key: 'End', row: 5, next: 9 },
  { key: 'a', row: 5, next: null },
])('$key at row $row of ten leads to $next', ({ key, row, next }) => {
  expect(rowAfter(key, row, 10, 4)).toBe(next);
});

test('no key leads to a row where there is none', () => {
  expect(rowAfter('ArrowDown', -1, 0, 4)).toBe(null);
});
