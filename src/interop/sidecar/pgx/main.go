// Logs in by the service that PGSERVICE names in PGSERVICEFILE, and prints who that is.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	connection, err := pgx.Connect(ctx, "")
	if err != nil {
		return err
	}
	defer connection.Close(ctx)
	var user string
	if err := connection.QueryRow(ctx, "SELECT current_user").Scan(&user); err != nil {
		return err
	}
	fmt.Println(user)
	return nil
}
