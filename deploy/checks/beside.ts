/** What lies beside a compiled template: the settings of its service, and the code that was packaged with it. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseConfig } from '../../config/parse.ts';
import { settingsIn, stateBeside } from '../service-state.ts';
import type { Beside } from './finding.ts';

/**
 * Without settings of ours in the folder there are none; zip files are those of the folder itself.
 *
 * @param file the template
 * @throws {ConfigError} for settings that are wrong.
 */
export function besideTemplate(file: string): Beside {
  const folder = dirname(file);
  const zips = readdirSync(folder)
    .filter((name) => name.endsWith('.zip'))
    .map((name): [string, number] => [name, statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0]);
  const settings = settingsBeside(file);
  return { settings: settings === undefined ? null : parseConfig(settings), zips: new Map(zips) };
}

function settingsBeside(template: string): unknown {
  const state = stateBeside(template);
  return existsSync(state) ? settingsIn(JSON.parse(readFileSync(state, 'utf8'))) : undefined;
}
