/** What `edgekeeper local` serves while it is edited: the service of serverless.yml, or a distribution made elsewhere. */
import { dirname, resolve } from 'node:path';
import { stateBeside } from '../../deploy/service-state.ts';
import {
  besideTemplate,
  type ServedDistribution,
  type SourceOptions,
  servedDistribution,
} from '../served-distribution.ts';
import { editedService } from './edited-service.ts';
import type { WatchedPaths } from './watched-files.ts';

export interface DistributionVersion extends ServedDistribution {
  readonly bundles: string;
}

export interface EditedDistribution {
  /**
   * The distribution as it is now.
   *
   * @param changed as `EditedService` takes it
   * @throws {EdgeError} what `servedDistribution` does.
   */
  version(changed: readonly string[] | null): Promise<DistributionVersion>;
  sources(): WatchedPaths;
  close(): Promise<void>;
}

/** @param functions the files of functions, by whatever name; what is beside them counts as theirs */
export function editedDistribution(
  root: string,
  options: SourceOptions,
  functions: Readonly<Record<string, string>>,
  bundles: string,
): EditedDistribution {
  const code = Object.values(functions);
  const given = {
    files: [...options.resource.map((file) => resolve(root, file)), ...code],
    folders: code.map((file) => dirname(file)),
  };
  const { template, distributionConfig } = options;
  const file = template ?? distributionConfig;
  if (file === undefined) return ofService(root, options, given);
  const described = resolve(root, file);
  return {
    version: async () => ({ ...(await servedDistribution(root, options)), bundles }),
    sources: () => ({
      files: [...given.files, described, stateBeside(described)],
      folders: [...given.folders, bundles],
    }),
    close: async () => {},
  };
}

function ofService(root: string, options: SourceOptions, given: WatchedPaths): EditedDistribution {
  const service = editedService(root);
  return {
    async version(changed) {
      const [more, { bundles, config, ...checked }] = await Promise.all([
        besideTemplate(root, options),
        service.version(changed),
      ]);
      return { source: { ...more, ...checked }, config, bundles };
    },
    sources() {
      const { files, folders } = service.sources();
      return { files: [...given.files, ...files], folders: [...given.folders, ...folders] };
    },
    close: service.close,
  };
}
