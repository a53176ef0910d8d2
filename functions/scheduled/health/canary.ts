import type { ProbeResult } from '../../../shared/failover/probes.ts';
import { signedFetch } from './signed-fetch.ts';

export interface CanaryProbe {
  readonly region: string;
  readonly bucket: string;
  /** Path of the object. */
  readonly canary: string;
  readonly timeoutSeconds: number;
}

/** The role may list the bucket, so that a missing object is 404, which tells nothing of the region; 403 is a failure. */
export async function probeCanary({ region, bucket, canary, timeoutSeconds }: CanaryProbe): Promise<ProbeResult> {
  const { AWS_ENDPOINT_URL_S3: endpoint } = process.env;
  const host = `https://${bucket}.s3.${region}.amazonaws.com`;
  const url = new URL(endpoint === undefined ? `${host}${canary}` : `${endpoint}/${bucket}${canary}`);
  try {
    const response = await signedFetch({ method: 'GET', url, service: 's3', region, timeoutSeconds });
    await response.arrayBuffer();
    if (response.status === 404) return 'unknown';
    return response.ok ? 'ok' : { failure: String(response.status) };
  } catch (error) {
    return { failure: (error as Error).name === 'TimeoutError' ? 'timed-out' : 'unreachable' };
  }
}
