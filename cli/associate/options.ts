/** The options of the commands over a distribution, as they were given, and what they stand for. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DISTRIBUTION_ID } from '../../config/associate.ts';
import { EDGE_EVENTS, type EdgeEvent, isEdgeEvent, USUAL_EVENTS } from '../../config/edge-events.ts';
import { unexpected } from '../../config/errors.ts';
import { kindOf } from '../../deploy/associate/events.ts';
import { functionsOf, wantedOf } from '../../deploy/associate/service.ts';
import type { Wanted, WantedFunction } from '../../deploy/associate/wanted.ts';
import { deployedStack } from '../../deploy/aws/stack.ts';
import { stateBeside } from '../../deploy/service-state.ts';
import { accessOf } from '../aws-access.ts';
import { progress } from '../progress.ts';
import { packagedTemplate, readJson, readPackage, requireService } from '../service.ts';

export interface DistributionOptions {
  readonly distribution: string;
  readonly stage: string;
  readonly profile?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly wait?: boolean;
}

export interface AssociateOptions extends DistributionOptions {
  readonly behavior?: readonly string[];
  /** Separated by commas. */
  readonly events?: string;
  /** `viewer-request=arn:...` */
  readonly function?: readonly string[];
  readonly withOrigins?: boolean;
  readonly replace?: boolean;
}

/** @throws {EdgeError} ERR_OPTION_INVALID */
export function distributionId(id: string, option = '--distribution'): string {
  if (DISTRIBUTION_ID.test(id)) return id;
  throw unexpected('ERR_OPTION_INVALID', option, 'an id such as E2EXAMPLE1234', id);
}

/** @throws {EdgeError} ERR_OPTION_INVALID */
export function eventsOf(list: string | undefined): readonly EdgeEvent[] {
  if (list === undefined) return USUAL_EVENTS;
  return list.split(',').map((event) => {
    if (isEdgeEvent(event)) return event;
    throw unexpected('ERR_OPTION_INVALID', '--events', `some of ${EDGE_EVENTS.join(', ')}`, event);
  });
}

/** @throws {EdgeError} ERR_OPTION_INVALID */
function givenFunction(text: string): WantedFunction {
  const [, event = '', arn = ''] = /^([a-z-]+)=(.*)$/s.exec(text) ?? [];
  if (isEdgeEvent(event) && kindOf(arn) !== undefined) return { event, arn };
  throw unexpected('ERR_OPTION_INVALID', '--function', 'an event and an ARN, viewer-request=arn:aws:...', text);
}

/**
 * Of the deployed stack of serverless.yml, or by --function; with both, the latter in the place of the former. Without
 * serverless.yml nothing is known of the functions, and nothing of what they need is checked.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID, ERR_FILE_MISSING, and what packaging and the stack have.
 */
export async function wantedFunctions(
  root: string,
  options: AssociateOptions,
): Promise<Pick<Wanted, 'config' | 'buckets' | 'functions'>> {
  const given = (options.function ?? []).map(givenFunction);
  if (given.length > 0 && !existsSync(join(root, 'serverless.yml')))
    return { config: null, buckets: [], functions: given };
  requireService(root);
  const { config, service } = await stagedService(root, options.stage);
  const stack = await deployedStack(accessOf(options), `${service}-${options.stage}`);
  const own = functionsOf(stack).filter(({ event }) => !given.some((one) => one.event === event));
  return wantedOf(stack.name, config, [...given, ...own]);
}

/** The settings of a stage, and the name of the service. */
async function stagedService(root: string, stage: string) {
  return progress('Packaging serverless.yml', async () => {
    const template = await packagedTemplate(root, { stage });
    const { config } = await readPackage(root, template);
    const state = (await readJson(root, stateBeside(template))) as { service: { service: string } };
    return { config, service: state.service.service };
  });
}
