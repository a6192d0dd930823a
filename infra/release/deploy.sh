#!/bin/sh
# Deploys Mayfly @VERSION@ with the AWS command line: ./deploy.sh mail.example.org [alarm-mail@example.org]
# AWS_REGION or the profile says where; BUCKET names the bucket of the code, else one is made.
set -eu
cd "$(dirname "$0")"

domain=${1:?"Usage: ./deploy.sh DOMAIN [ALARM_MAIL]"}
region=${AWS_REGION:-$(aws configure get region || true)}
: "${region:?"Say where: AWS_REGION=eu-west-1 ./deploy.sh …"}"
export AWS_REGION="$region" AWS_DEFAULT_REGION="$region"
case " @REGIONS@ " in
  *" $region "*) ;;
  *) echo "SES does not receive mail in $region" >&2; exit 2 ;;
esac

known=$(aws cloudformation describe-stacks --stack-name Mayfly --output text 2>/dev/null \
  --query "Stacks[0].Parameters[?ParameterKey=='MailDomain'].ParameterValue" || true)
if [ -n "$known" ] && [ "$known" != "$domain" ]; then
  echo "The stack Mayfly of $region is for $known, and stays so: take another region or account" >&2
  exit 2
fi

account=$(aws sts get-caller-identity --query Account --output text)
bucket=${BUCKET:-mayfly-code-$account-$region}
# The name can be guessed: what somebody else has under it is not taken.
if ! aws s3api head-bucket --bucket "$bucket" --expected-bucket-owner "$account" >/dev/null 2>&1; then
  aws s3 mb "s3://$bucket"
  aws s3api put-public-access-block --bucket "$bucket" --public-access-block-configuration \
    BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
fi

aws s3 sync assets "s3://$bucket/mayfly-@VERSION@/" --only-show-errors
# Without a word on the alarm mail, an update leaves it as it is.
aws cloudformation deploy --stack-name Mayfly --template-file template.json \
  --s3-bucket "$bucket" --s3-prefix templates --no-fail-on-empty-changeset \
  --capabilities CAPABILITY_IAM CAPABILITY_NAMED_IAM \
  --parameter-overrides "MailDomain=$domain" "AssetsBucket=$bucket" \
  "AssetsPrefix=mayfly-@VERSION@/" ${2+"AlarmMail=$2"}
aws cloudformation describe-stacks --stack-name Mayfly --output table \
  --query 'Stacks[0].Outputs[].[OutputKey, OutputValue]'
echo "Publish the MX and DKIM records above in the DNS of $domain; mail comes once SES has seen them."
