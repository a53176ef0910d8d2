import { useMemo, useState } from 'preact/hooks';
import type { ViewProps } from '../app.tsx';
import { useChanges } from '../live/use-changes.ts';
import { hrefOf } from '../place.ts';
import { OpenedRequest } from '../request/opened-request.tsx';
import { choicesIn, chosenRequests, EVERYTHING } from './request-filter.ts';
import { RequestTable } from './request-table.tsx';
import { RequestToolbar } from './request-toolbar.tsx';

export function RequestsView({ edge, opened }: ViewProps) {
  const { requests } = edge;
  useChanges(requests);
  const [filter, setFilter] = useState(EVERYTHING);
  const { all } = requests;
  const choices = useMemo(() => choicesIn(all), [all]);
  const chosen = useMemo(() => chosenRequests(all, filter), [all, filter]);
  return (
    <div class="requests" data-opened={opened !== null}>
      <section class="request-list" aria-label="Requests">
        <RequestToolbar requests={requests} shown={chosen.length} {...{ filter, setFilter, choices }} />
        <RequestTable entries={chosen} opened={opened} hasAny={all.length > 0} />
      </section>
      {opened !== null && <OpenedRequest id={opened} closeHref={hrefOf('requests')} />}
    </div>
  );
}
