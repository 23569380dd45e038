import ChangeModel
import Testing

/// A table of the golden run with its snapshot row as the server writes it.
struct GoldenTable: Sendable, CustomTestStringConvertible {
  var name: String
  var key: [String]
  var columns: String
  var rows: [[Cell]]
  /// Fields of the snapshot's value that differ on purpose.
  var exceptions: Set<String> = []
  var testDescription: String { name }

  var schema: TableSchema { Tables.table(name, key: key, columns) }

  static let all: [GoldenTable] = [
    GoldenTable(
      name: "orders", key: ["id", "line"], columns: "id int8 !\nline int4 !\nqty int4", rows: [["1", "1", "5"]]),
    GoldenTable(name: "nopk", key: [], columns: "id int4\nv text", rows: [["1", "a"]]),
    GoldenTable(
      name: "numeric_table", key: ["pk"],
      columns: """
        pk int4 ! =f
        si int2
        i int4
        bi int8
        r float4
        db float8
        r_int float4
        db_int float8
        r_nan float4
        db_nan float8
        r_pinf float4
        db_pinf float8
        r_ninf float4
        db_ninf float8
        ss int2 ! =f
        bs int8 ! =f
        b bool
        o oid
        """,
      rows: [
        [
          "1", "1", "123456", "1234567890123", "3.3", "4.44", nil, nil, "NaN", "NaN", "Infinity", "Infinity",
          "-Infinity",
          "-Infinity", "1", "1", "t", "4000000000",
        ]
      ]),
    GoldenTable(
      name: "numeric_decimal_table", key: ["pk"],
      columns: """
        pk int4 ! =f
        d numeric(3,2)
        dzs numeric(4,0)
        dvs numeric
        d_nn numeric(3,2) !
        n numeric(6,4)
        nzs numeric(4,0)
        nvs numeric
        d_int numeric(3,2)
        dzs_int numeric(4,0)
        dvs_int numeric
        n_int numeric(6,4)
        nzs_int numeric(4,0)
        nvs_int numeric
        d_nan numeric(3,2)
        dzs_nan numeric(4,0)
        dvs_nan numeric
        n_nan numeric(6,4)
        nzs_nan numeric(4,0)
        nvs_nan numeric
        """,
      rows: [
        [
          "1", "1.10", "10", "10.1111", "3.30", "22.2200", "22", "22.2222", nil, nil, nil, nil, nil, nil, nil, nil, nil,
          nil, nil, nil,
        ]
      ]),
    GoldenTable(
      name: "string_table", key: ["pk"],
      columns: """
        pk int4 ! =f
        vc varchar(2)
        vcv varchar(2)
        ch bpchar(4)
        c bpchar(3)
        t text
        b bytea
        bnn bytea !
        ct citext
        """,
      rows: [["1", "a", "b", "c   ", "d  ", "txt", "\\x0001ff", "\\x00", "Ct"]]),
    GoldenTable(
      name: "cash_table", key: ["pk"], columns: "pk int4 ! =f\ncsh money",
      rows: [["1", "$1,234.11"], ["2", "-$1,234.11"]]),
    GoldenTable(
      name: "bitbin_table", key: ["pk"],
      columns: """
        pk int4 ! =f
        ba bytea
        bol bit(1)
        bol2 bit(1)
        bs bit(2)
        bs7 bit(7)
        bv1 varbit(1)
        bv varbit(2)
        bv2 varbit(24)
        bvl varbit(64)
        bvunlimited1 varbit
        bvunlimited2 varbit
        """,
      rows: [
        ["1", "\\x010203", "0", "1", "11", "1011101", "1", "00", "000000110000001000000001", "1010", "101", nil]
      ]),
    GoldenTable(
      name: "time_table", key: ["pk"],
      columns: """
        pk int4 ! =f
        ts timestamp
        tsneg timestamp(6)
        ts_ms timestamp(3)
        ts_us timestamp(6)
        tz timestamptz
        date date
        date_pinf date
        date_ninf date
        ti time
        tip time(3)
        ttf time
        ttz timetz
        tptz timetz(3)
        it interval
        tsp timestamptz(0)
        ts_large timestamp
        ts_large_us timestamp(6)
        ts_large_ms timestamp(3)
        tz_large timestamptz
        ts_max timestamp(6)
        ts_min timestamp(6)
        tz_max timestamptz
        tz_min timestamptz
        ts_pinf timestamp(6)
        ts_ninf timestamp(6)
        tz_pinf timestamptz
        tz_ninf timestamptz
        tz_zero timestamptz
        """,
      rows: [
        [
          "1", "2016-11-04 13:51:30.123456", "1936-10-25 22:10:12.608", "2016-11-04 13:51:30.123",
          "2016-11-04 13:51:30.123456", "2016-11-04 11:51:30.123456+00", "2016-11-04", "infinity", "-infinity",
          "13:51:30", "13:51:30.123", "13:51:30.123", "13:51:30.123789+02", "13:51:30.123+02",
          "1 year 2 mons 3 days 04:05:06.78", "2016-11-04 11:51:30+00", nil, nil, nil, nil,
          "294247-01-01 23:59:59.999999", nil, nil, nil, "infinity", "-infinity", "infinity", "-infinity", nil,
        ]
      ], exceptions: ["date_pinf", "date_ninf"]),
    GoldenTable(
      name: "text_table", key: ["pk"], columns: "pk int4 ! =f\nj json\njb jsonb\nx xml\nu uuid",
      rows: [["1", "{\"a\": 1}", "{\"b\": [1, 2]}", "<a/>", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]]),
    GoldenTable(
      name: "range_table", key: ["pk"],
      columns: """
        pk int4 ! =f
        unbounded_exclusive_tsrange tsrange
        bounded_inclusive_tsrange tsrange
        unbounded_exclusive_tstzrange tstzrange
        bounded_inclusive_tstzrange tstzrange
        unbounded_exclusive_daterange daterange
        bounded_exclusive_daterange daterange
        int4_number_range int4range
        numerange numrange
        int8_number_range int8range
        """,
      rows: [
        [
          "1", "[\"2019-03-31 15:30:00\",infinity)", "[\"2019-03-31 15:30:00\",\"2019-04-30 15:30:00\"]",
          "[\"2017-06-05 11:29:12.549426+00\",)", nil, nil, "[2019-03-31,2019-04-30)", "[1,5)", "[5.3,6.3)", "[1,4)",
        ]
      ]),
    GoldenTable(
      name: "array_table", key: ["pk"],
      columns: """
        pk int4 ! =f
        int_array int4[]
        bigint_array int8[]
        text_array text[]
        char_array bpchar(10)[]
        varchar_array varchar(10)[]
        date_array date[]
        numeric_array numeric(10,2)[]
        varnumeric_array numeric[]
        citext_array citext[]
        inet_array inet[]
        cidr_array cidr[]
        macaddr_array macaddr[]
        tsrange_array tsrange[]
        tstzrange_array tstzrange[]
        daterange_array daterange[]
        int4range_array int4range[]
        numerange_array numrange[]
        int8range_array int8range[]
        uuid_array uuid[]
        json_array json[]
        jsonb_array jsonb[]
        oid_array oid[]
        """,
      rows: [
        [
          "1", "{1,NULL}", nil, "{a,\"b c\"}", "{\"cone      \"}", nil, "{2016-11-04}", "{1.10,2.20}", "{1.1,2.22}",
          nil,
          nil, nil, nil, nil, nil, nil, nil, nil, nil, "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", nil,
          "{\"{\\\"a\\\": 1}\"}", nil,
        ]
      ]),
    GoldenTable(
      name: "custom_table", key: ["pk"], columns: "pk int4 ! =f\nlt ltree\ni isbn !\nn text\nlt_array ltree[]",
      rows: [["1", "Top.Collections", "0-393-04002-X", nil, "{Ship.Frigate,Ship.Destroyer}"]]),
    GoldenTable(
      name: "hstore_table", key: ["pk"], columns: "pk int4 ! =f\nhs hstore", rows: [["1", "\"k\"=>\"v\", \"n\"=>NULL"]]),
    GoldenTable(
      name: "not_null_table", key: ["pk"],
      columns: """
        pk int4 ! =f
        val numeric(20,8)
        created_at timestamp !
        created_at_tz timestamptz !
        ctime time !
        ctime_tz timetz !
        cdate date !
        cmoney money !
        cbits bit(3) !
        csmallint int2 !
        cinteger int4 !
        cbigint int8 !
        creal float4 !
        cbool bool !
        cfloat8 float8 !
        cnumeric numeric(6,2) !
        cvarchar varchar(5) !
        cinterval interval !
        cpoint point !
        cchar bpchar(1) !
        ctext text !
        cjson json !
        cxml xml !
        cuuid uuid !
        cvarbit varbit(3) !
        cinet inet !
        ccidr cidr !
        cmacaddr macaddr !
        """,
      rows: [
        [
          "1", "1.10000000", "2026-11-22 22:35:53.015357", "2026-11-22 22:35:53.015357+00", "10:11:12", "10:11:12+01",
          "2020-01-01", "$1.00", "101", "1", "2", "3", "4", "t", "5", "6.70", "vc", "1 day", "(1,2)", "c", "t", "{}",
          "<a/>", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "101", "1.2.3.4", "1.2.3.0/24", "08:00:2b:01:02:03",
        ]
      ]),
    GoldenTable(
      name: "network_address_table", key: ["pk"], columns: "pk int4 ! =f\ni inet", rows: [["1", "192.168.2.0/12"]]),
    GoldenTable(
      name: "cidr_network_address_table", key: ["pk"], columns: "pk int4 ! =f\ni cidr",
      rows: [["1", "192.168.100.128/25"]]),
    GoldenTable(
      name: "macaddr_table", key: ["pk"], columns: "pk int4 ! =f\nm macaddr", rows: [["1", "08:00:2b:01:02:03"]]),
    GoldenTable(
      name: "geo2", key: ["id"],
      columns: """
        id int4 !
        b box
        c circle
        l line
        s lseg
        pa path
        po polygon
        mac8 macaddr8
        tsv tsvector
        x xid
        n char
        nm name
        pl pg_lsn
        bp bpchar(5)
        v varchar
        ti0 time(0)
        ts0 timestamp(0)
        iv3 interval(3)
        moods mood[]
        nr int4multirange
        """,
      rows: [
        [
          "1", "(3,4),(1,2)", "<(1,2),3>", "{1,2,3}", "[(1,2),(3,4)]", "[(0,0),(1,1)]", "((0,0),(1,1),(1,0))",
          "08:00:2b:01:02:03:04:05", "'a' 'b'", "1", "c", "nm", "0/1", "ab   ", "v", "01:02:04",
          "2020-01-01 00:00:01", "00:00:01", "{sad,ok}", "{[1,2)}",
        ]
      ]),
    GoldenTable(
      name: "postgis_table", key: ["pk"], columns: "pk int4 ! =f\np geometry\nml geography",
      rows: [
        [
          "1", "0101000020730C0000000000000000F03F0000000000000040",
          "0105000020E610000001000000010200000002000000000000000000F03F000000000000004000000000000008400000000000001040",
        ]
      ]),
    GoldenTable(
      name: "full_ri", key: ["id"], columns: "id int4 !\nv text\nbig text",
      rows: [["1", "a", .text(String(repeating: "z", count: 9000))]]),
    GoldenTable(
      name: "toast", key: ["id"], columns: "id int4 !\nv int4\nbig text\nbigb bytea\narr text[]\nj jsonb\nhs hstore",
      rows: []),
  ]

  /// The table that changes while it is streamed, in its second version. Its generated column and the composite are in
  /// no event, and the default of `nm` had gone.
  static let customers = GoldenTable(
    name: "customers", key: ["id"],
    columns: """
      id int4 ! =f
      first_name varchar(255) !
      last_name varchar(255) !
      email varchar(255) !
      phone varchar(20)
      balance numeric(12,2) ! =0
      rate numeric
      active bool =t
      m mood =ok
      tags text[]
      attrs jsonb ={}
      created_at timestamptz ! =f
      updated_at timestamp
      born date
      bio text
      d int4
      d2 numeric(12,2)
      a addr
      iv interval
      cnt int4 =5
      nm text
      u uuid =f
      """, rows: [])
}
