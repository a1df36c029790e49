#!/bin/sh
# Makes ../golden/*.csv again. Needs JDK 17 and Maven; the result is checked in, so that tests need neither.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mvn -q -f pom.xml dependency:copy-dependencies -DoutputDirectory="$work/libs"
javac -cp "$work/libs/*" -d "$work" GoldenBytes.java
mkdir -p ../golden
for which in headers messages batches; do
  java -cp "$work:$work/libs/*" GoldenBytes "$which" > "../golden/$which.csv"
done
