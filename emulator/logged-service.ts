/** Viewers are served, and what they were served is logged. */
import { ACCESS_LOG_HEAD, accessLogLine } from './access-log.ts';
import type { Arrival } from './arrival.ts';
import { popOf } from './edge-location.ts';
import type { AccessLog } from './edge-options.ts';
import type { RequestLog } from './request-log.ts';
import type { ServedDeployment } from './served-deployment.ts';
import type { ViewerService } from './viewer-listener.ts';

export interface LoggedService {
  readonly deployed: ServedDeployment;
  readonly log: RequestLog;
  /** Absent: none is written. */
  readonly accessLog: AccessLog | undefined;
  /** Where viewers are of whom nothing else is known. */
  readonly home: Arrival;
}

export function loggedService(
  { deployed, log, accessLog, home }: LoggedService,
  rest: Omit<ViewerService, 'serve' | 'onAnswered'>,
): ViewerService {
  accessLog?.write(ACCESS_LOG_HEAD);
  return {
    ...rest,
    serve: (request) => deployed.serve(log.begun(request)),
    onAnswered(answered) {
      const { attempts } = log.answered(answered);
      if (accessLog === undefined) return null;
      const { request, answer } = answered;
      const { location } = request.arrival ?? home;
      const place = { domainName: deployed.current.distribution.domainName, edgeLocation: popOf(location) };
      return (served) => {
        const logged = { request, answer, served, attempts };
        accessLog.write(accessLogLine(logged, { ...place, now: rest.clock.now() }, accessLog.isRaw ?? false));
      };
    },
  };
}
