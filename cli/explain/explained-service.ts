/** What `explain` knows of the service in its folder: distribution, settings, and the store of this machine. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Distribution } from '../../emulator/distribution.ts';
import { readTemplate } from '../../emulator/template.ts';
import type { EdgeConfig } from '../../shared/config.ts';
import { packagedSettings } from '../service.ts';
import { localStore } from '../store/local-store.ts';
import { type ReadableStore, readableStore } from './store-secrets.ts';

export interface ExplainedService {
  /** Public keys have the ids that they have in the emulator: CloudFront gives them others. */
  readonly distribution: Distribution;
  /** With the keys of its sections. */
  readonly config: EdgeConfig;
  /** Asked only when the verdict depends on it. */
  readonly store: () => Promise<ReadableStore>;
}

/** The service as it would be packaged now; undefined without serverless.yml. */
export async function explainedService(root: string, control?: string): Promise<ExplainedService | undefined> {
  if (!existsSync(join(root, 'serverless.yml'))) return undefined;
  const { template, config } = await packagedSettings(root);
  const { distribution } = readTemplate(template);
  return { distribution, config, store: async () => readableStore(root, await localStore(root, control)) };
}
