"""Shows what the object store sink put into the bucket "lake". The server is the one that S3_ENDPOINT names."""
import argparse
import io
import os
import sys
import time

import boto3
import fastavro

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--make-bucket", action="store_true", help="waits for the server and makes the bucket")
parser.add_argument("--count", metavar="TOPIC", help="prints how many rows the events of a topic leave")
options = parser.parse_args()
s3 = boto3.client("s3", endpoint_url=os.environ["S3_ENDPOINT"], region_name="us-east-1",
                  aws_access_key_id=os.environ["S3_ACCESS_KEY"], aws_secret_access_key=os.environ["S3_SECRET_KEY"])


def objects(prefix=""):
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="lake", Prefix=prefix)
    return [item for page in pages for item in page.get("Contents", [])]


def events(name):
    return list(fastavro.reader(io.BytesIO(s3.get_object(Bucket="lake", Key=name)["Body"].read())))


if options.make_bucket:
    deadline = time.monotonic() + 60
    while True:
        try:
            s3.create_bucket(Bucket="lake")
            break
        except Exception as error:
            if time.monotonic() > deadline:
                sys.exit(str(error))
            time.sleep(0.2)
elif options.count:
    last = {}
    for item in objects(f"raw/{options.count}/"):
        for event in events(item["Key"]):
            row = event["after"] or event["before"]
            order = event["source"]["lsn"] or 0
            if row and order >= last.get(row["id"], (-1,))[0]:
                last[row["id"]] = (order, event["after"] is not None)
    print(sum(1 for _, is_there in last.values() if is_there))
else:
    found = objects()
    if found:
        newest = max(found, key=lambda item: item["LastModified"])
        print(f"  bucket     {len(found)} objects, {sum(o['Size'] for o in found)} bytes; newest: {newest['Key']} "
              f"({len(events(newest['Key']))} events)")
