import { useEffect, useState } from 'preact/hooks';
import { getSummary } from './control-api.ts';
import { useChanges } from './live/use-changes.ts';
import { type WatchedEdge, watchedEdge } from './live/watched-edge.ts';
import { MapView } from './map/map-view.tsx';
import { hrefOf, usePlace } from './place.ts';
import { RequestsView } from './requests/requests-view.tsx';
import { StateView } from './state/state-view.tsx';
import { TryView } from './try/try-view.tsx';

/** All that can be looked at, by the name in the address. */
const VIEWS = [
  { name: 'requests', title: 'Requests', Component: RequestsView },
  { name: 'map', title: 'Map', Component: MapView },
  { name: 'try', title: 'Try', Component: TryView },
  { name: 'state', title: 'State', Component: StateView },
] as const;

export interface ViewProps {
  readonly edge: WatchedEdge;
  /** What of the view is opened. */
  readonly opened: string | null;
}

export function App() {
  const [edge] = useState(watchedEdge);
  const { view, opened } = usePlace();
  const { name, Component } = VIEWS.find((known) => known.name === view) ?? VIEWS[0];
  return (
    <>
      <header class="masthead">
        <h1>Edgekeeper</h1>
        <nav aria-label="Views">
          {VIEWS.map((each) => (
            <a key={each.name} href={hrefOf(each.name)} aria-current={each.name === name ? 'page' : undefined}>
              {each.title}
            </a>
          ))}
        </nav>
        <Connection edge={edge} />
      </header>
      <UpdateFailure edge={edge} />
      <main>
        <Component edge={edge} opened={opened} />
      </main>
    </>
  );
}

function UpdateFailure({ edge: { latestUpdate } }: Pick<ViewProps, 'edge'>) {
  useChanges(latestUpdate);
  const { failure } = latestUpdate;
  return (
    <div role="alert">
      {failure !== null && (
        <p class="update-failure">
          <strong>The last change has no effect:</strong> {failure}
        </p>
      )}
    </div>
  );
}

function Connection({ edge }: Pick<ViewProps, 'edge'>) {
  useChanges(edge.events);
  const { isConnected } = edge.events;
  const [name, setName] = useState('');
  useEffect(() => {
    if (isConnected) void getSummary().then(({ url, distribution }) => setName(`${distribution.domainName} at ${url}`));
  }, [isConnected]);
  return (
    <p class="connection" role="status" data-connected={isConnected}>
      {isConnected ? name : 'Waiting for the edge to come back'}
    </p>
  );
}
