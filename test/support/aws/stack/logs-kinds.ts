/** AWS::Logs: what is filtered or delivered has to be there. */
import type { Account } from '../account.ts';
import { refusal } from '../request.ts';
import { type Kind, living } from './resource.ts';

export const LOGS_KINDS: Readonly<Record<string, Kind>> = {
  'AWS::Logs::LogGroup': {
    name: 'LogGroupName',
    identify: (name, { account, region }) => ({
      physicalId: name,
      attributes: { Arn: arn(account, region, `log-group:${name}:*`) },
    }),
  },
  'AWS::Logs::MetricFilter': {
    identify: (name) => ({ physicalId: name }),
    apply(_name, { LogGroupName }, { account }) {
      holds(account, 'AWS::Logs::LogGroup', LogGroupName);
    },
  },
  'AWS::Logs::DeliverySource': {
    name: 'Name',
    identify: (name, { account, region }) => ({
      physicalId: name,
      attributes: { Arn: arn(account, region, `delivery-source:${name}`) },
    }),
    apply(_name, { ResourceArn }, { account }) {
      holds(account, 'AWS::CloudFront::Distribution', String(ResourceArn).replace(/.*:distribution\//, ''));
    },
  },
  'AWS::Logs::DeliveryDestination': {
    name: 'Name',
    identify: (name, { account, region }) => ({
      physicalId: name,
      attributes: { Arn: arn(account, region, `delivery-destination:${name}`) },
    }),
    apply(_name, { DestinationResourceArn }, { account }) {
      if (!account.buckets.has(String(DestinationResourceArn).replace('arn:aws:s3:::', ''))) {
        throw refusal('InvalidRequest', `The specified bucket does not exist: ${DestinationResourceArn}`);
      }
    },
  },
  'AWS::Logs::Delivery': {
    identify: (name) => ({ physicalId: name }),
    apply(_name, { DeliverySourceName, DeliveryDestinationArn }, { account }) {
      holds(account, 'AWS::Logs::DeliverySource', DeliverySourceName);
      holds(account, 'AWS::Logs::DeliveryDestination', DeliveryDestinationArn);
    },
  },
};

function arn({ id }: Account, region: string, resource: string): string {
  return `arn:aws:logs:${region}:${id}:${resource}`;
}

function holds(account: Account, type: string, value: unknown): void {
  if (living(account, type, value) === undefined) throw refusal('NotFound', `${type} ${value} does not exist.`);
}
