-- name: table
-- The public table's columns over the saved rows; `downloads` is how many rows each stands for.
CREATE VIEW file_downloads AS
SELECT day::TIMESTAMP + INTERVAL 12 HOUR AS timestamp,
       country AS country_code,
       concat('/packages/', project) AS url,
       project,
       struct_pack(filename := concat(project, '-', version), project := project,
                   version := version, type := file_type) AS file,
       struct_pack(
           installer := struct_pack(
               name := installer,
               version := CASE installer WHEN 'pip' THEN '25.' || (chance % 4)
                                         WHEN 'uv' THEN '0.9.' || (chance % 12) END,
               subcommand := NULL::VARCHAR),
           python := python || '.' || (chance % 10),
           implementation := struct_pack(name := if(python IS NULL, NULL, 'CPython'),
                                         version := python),
           distro := struct_pack(name := if(system = 'Linux', 'Debian GNU/Linux', NULL),
                                 version := NULL::VARCHAR, id := NULL::VARCHAR,
                                 libc := struct_pack(lib := NULL::VARCHAR,
                                                     version := NULL::VARCHAR)),
           system := struct_pack(name := system, release := NULL::VARCHAR),
           cpu := if(system IS NULL, NULL, 'x86_64'),
           openssl_version := NULL::VARCHAR,
           setuptools_version := NULL::VARCHAR,
           rustc_version := NULL::VARCHAR,
           ci := if(system = 'Linux' AND chance % 3 = 0, true, NULL)) AS details,
       'TLSv1.3' AS tls_protocol,
       'TLS_AES_256_GCM_SHA384' AS tls_cipher,
       downloads AS represented
FROM (SELECT *, (hash(project, day, downloads) % 1000)::INTEGER AS chance FROM read_parquet('{file}'));
