/** A group of regions that share DNS suffixes; all have FIPS and DualStack. Source: AWS's public partition data, as of 2026. */
export interface Partition {
  readonly regions: RegExp
  readonly dnsSuffix: string
  readonly dualStackDnsSuffix: string
}

const partition = (regions: RegExp, dnsSuffix: string, dualStackDnsSuffix: string): Partition => ({
  regions,
  dnsSuffix,
  dualStackDnsSuffix,
})

export const aws = partition(/^(?:us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$|^aws-global$/u, "amazonaws.com", "api.aws")

const partitions: ReadonlyArray<Partition> = [
  aws,
  partition(/^cn-\w+-\d+$|^aws-cn-global$/u, "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
  partition(/^us-gov-\w+-\d+$|^aws-us-gov-global$/u, "amazonaws.com", "api.aws"),
  partition(/^eusc-de-\w+-\d+$/u, "amazonaws.eu", "api.amazonwebservices.eu"),
  partition(/^us-iso-\w+-\d+$|^aws-iso-global$/u, "c2s.ic.gov", "api.aws.ic.gov"),
  partition(/^us-isob-\w+-\d+$|^aws-iso-b-global$/u, "sc2s.sgov.gov", "api.aws.scloud"),
  partition(/^eu-isoe-\w+-\d+$|^aws-iso-e-global$/u, "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
  partition(/^us-isof-\w+-\d+$|^aws-iso-f-global$/u, "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
]

/** An unknown region is taken for one of the ordinary partition, as every SDK does. */
export const partitionOf = (region: string): Partition =>
  partitions.find((candidate) => candidate.regions.test(region)) ?? aws
