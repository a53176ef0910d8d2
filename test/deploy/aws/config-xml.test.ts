import { expect, test } from 'vitest';
import { documentText, elementIn } from '../../../deploy/aws/config-xml.ts';
import { configurationXml } from '../../support/aws/cloudfront/configuration.ts';

test('text survives: references, line ends, whitespace', () => {
  const comment = ' a & <b> "c"\r\n\td ';
  const xml = configurationXml({ Comment: comment });
  const again = elementIn(documentText(elementIn(xml, 'DistributionConfig')), 'DistributionConfig');
  expect(again.getElementsByTagName('Comment')[0]?.textContent).toBe(comment);
});
