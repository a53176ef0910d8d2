/** For a distribution that is made elsewhere: the functions and the key value store alone. */
import { referencesIn } from './references.ts';
import type { Resource, Template } from './template.ts';

/** What has a use without a distribution of this stack: `edgekeeper associate` puts it to one. */
const KEPT_TYPES = ['AWS::CloudFront::Function', 'AWS::CloudFront::KeyValueStore', 'AWS::Lambda::Version'];

/**
 * Removes the distribution; what needs it, as the policies of the buckets do; and then what only they needed, as
 * its own policies. What nobody needed before stays: somebody wrote it for its own sake. Outputs of what is gone go.
 */
export function withoutDistribution(template: Template): void {
  const { Resources, Outputs = {} } = template;
  const needed = new Map(Object.entries(Resources).map(([id, resource]) => [id, needsOf(resource)]));
  const gone = new Set(['Distribution']);
  const isOrphan = (id: string): boolean => {
    const users = [...needed].filter(([, needs]) => needs.includes(id)).map(([user]) => user);
    return users.length > 0 && users.every((user) => gone.has(user));
  };
  const hasLostNeed = (id: string): boolean => needed.get(id)?.some((need) => gone.has(need)) ?? false;
  for (let before = -1; before < gone.size; ) {
    before = gone.size;
    for (const [id, { Type }] of Object.entries(Resources)) {
      if (hasLostNeed(id) || (isOrphan(id) && !KEPT_TYPES.includes(Type))) gone.add(id);
    }
  }
  for (const id of gone) delete Resources[id];
  for (const [name, output] of Object.entries(Outputs)) {
    if (referencesIn(output).some((id) => gone.has(id))) delete Outputs[name];
  }
}

function needsOf({ Properties, DependsOn = [] }: Resource): string[] {
  return [...referencesIn(Properties), ...[DependsOn].flat()];
}
