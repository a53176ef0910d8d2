import type { ViewProps } from '../app.tsx';
import { CacheSection } from './cache-section.tsx';
import { FindingsSection } from './findings-section.tsx';
import { FunctionsSection } from './functions-section.tsx';
import { StoreSection } from './store-section.tsx';

/** What the edge holds at the moment. */
export function StateView({ edge: { events } }: ViewProps) {
  return (
    <div class="state">
      <FunctionsSection events={events} />
      <StoreSection events={events} />
      <FindingsSection events={events} />
      <CacheSection events={events} />
    </div>
  );
}
